package dev.trunkline.metadata;

import dev.trunkline.base.Failure;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/// Tells failures of the world from mistakes of ours among the errors of a database.
final class DatabaseFailure {
  private DatabaseFailure() {}

  /// What to throw instead of `error`, which work on the database at `place` ended with.
  static RuntimeException of(String place, RuntimeException error) {
    for (@Nullable Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof Failure) {
        return error;
      }
      var kind = kind(cause);
      if (kind != null) {
        return new Failure(kind, place + " " + says(kind) + ": " + cause.getMessage(), error);
      }
    }
    return error;
  }

  private static String says(Failure.Kind kind) {
    return switch (kind) {
      case FULL -> "has no space left, free some and try again";
      case CORRUPT -> "is damaged, restore it from a backup";
      case DENIED -> "may not be written, check its owner and its permissions";
      case UNAVAILABLE, TIMEOUT, FENCED -> "did not answer, try again";
    };
  }

  private static Failure.@Nullable Kind kind(Throwable cause) {
    return switch (cause) {
      case SQLiteException sqlite -> kind(SQLiteErrorCode.getErrorCode(primary(sqlite)));
      case SQLTransientConnectionException _ -> Failure.Kind.UNAVAILABLE;
      case RejectedExecutionException _ -> Failure.Kind.UNAVAILABLE;
      case SQLException sql -> sql.getSQLState() == null ? null : kind(sql.getSQLState());
      default -> null;
    };
  }

  /// An extended code has the one it refines in its lowest byte.
  private static int primary(SQLiteException error) {
    return error.getResultCode().code & 0xff;
  }

  private static Failure.@Nullable Kind kind(SQLiteErrorCode code) {
    return switch (code) {
      case SQLITE_FULL -> Failure.Kind.FULL;
      case SQLITE_CORRUPT, SQLITE_NOTADB -> Failure.Kind.CORRUPT;
      case SQLITE_READONLY, SQLITE_PERM, SQLITE_AUTH -> Failure.Kind.DENIED;
      case SQLITE_BUSY, SQLITE_LOCKED, SQLITE_IOERR, SQLITE_CANTOPEN -> Failure.Kind.UNAVAILABLE;
      default -> null;
    };
  }

  private static Failure.@Nullable Kind kind(String state) {
    boolean gone = state.startsWith("08") || state.startsWith("57P") || state.equals("53300");
    if (gone) {
      return Failure.Kind.UNAVAILABLE;
    }
    return switch (state) {
      case "53100" -> Failure.Kind.FULL;
      case "XX001", "XX002" -> Failure.Kind.CORRUPT;
      case "25006", "42501" -> Failure.Kind.DENIED;
      default -> null;
    };
  }
}
