package org.curioswitch.common.protobuf.json;

import com.google.protobuf.Message;

/// Stands in for the library of this name, which writes classes while the program runs: Armeria
/// makes one at every start, for gRPC in JSON, which this server does not speak. It has what
/// Armeria calls at construction; there is nothing to read or write JSON with.
/// `docs/adr/0029-no-json-from-armeria.md`.
public final class MessageMarshaller {
  private MessageMarshaller() {}

  /// A builder.
  public static Builder builder() {
    return new Builder();
  }

  /// Takes what is asked of it and does nothing.
  public static final class Builder {
    private Builder() {}

    /// Does nothing.
    public Builder omittingInsignificantWhitespace(boolean omitting) {
      return this;
    }

    /// Does nothing.
    public Builder register(Message prototype) {
      return this;
    }

    /// A marshaller that can do nothing.
    public MessageMarshaller build() {
      return new MessageMarshaller();
    }
  }
}
