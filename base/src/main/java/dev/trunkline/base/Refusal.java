package dev.trunkline.base;

/// The request is wrong, or the state forbids it: nothing was changed, and the message says what is
/// wrong, with which object, and what to do next.
public final class Refusal extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String text;

  /// A refusal whose `message` clients may match on.
  public Refusal(Kind kind, String message) {
    super(message);
    this.kind = kind;
    this.text = message;
  }

  /// A refusal that puts `context` before the message of another one and keeps its kind.
  public Refusal(String context, Refusal cause) {
    super(context + ": " + cause.text, cause);
    this.kind = cause.kind;
    this.text = context + ": " + cause.text;
  }

  /// The text that says what is wrong; never absent.
  public String text() {
    return text;
  }

  /// What sort of refusal this is.
  public Kind kind() {
    return kind;
  }

  /// Shorthand for a malformed request.
  public static Refusal invalid(String message) {
    return new Refusal(Kind.INVALID, message);
  }

  /// Shorthand for an object that does not exist.
  public static Refusal notFound(String message) {
    return new Refusal(Kind.NOT_FOUND, message);
  }

  /// Shorthand for an object that exists already.
  public static Refusal exists(String message) {
    return new Refusal(Kind.EXISTS, message);
  }

  /// Shorthand for a request that the present state forbids.
  public static Refusal forbiddenNow(String message) {
    return new Refusal(Kind.STATE, message);
  }

  /// The kinds of refusal; each maps to one gRPC code and one exit code.
  public enum Kind {
    /// The request is malformed.
    INVALID,
    /// An object it names does not exist.
    NOT_FOUND,
    /// An object it would make exists already.
    EXISTS,
    /// It is well-formed, but the present state forbids it.
    STATE,
    /// It would make something follow from itself.
    CYCLE,
    /// The object is not ready; the same request may succeed later.
    NOT_READY,
    /// The caller may not do this.
    DENIED,
    /// This version does not offer it.
    UNSUPPORTED,
    /// The object disappeared while the caller waited for it.
    GONE
  }
}
