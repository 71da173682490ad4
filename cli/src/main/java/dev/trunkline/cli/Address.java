package dev.trunkline.cli;

import java.util.Map;

/// Where the server is: `PACHD_ADDRESS`, else 1.7's `ADDRESS`, else the active context of the
/// configuration file, else this machine.
record Address(String host, int port) {
  private static final int PORT = 30650;

  static Address find(Map<String, String> environment) {
    for (var variable : new String[] {"PACHD_ADDRESS", "ADDRESS"}) {
      var value = environment.getOrDefault(variable, "");
      if (!value.isEmpty()) {
        return parse(value);
      }
    }
    return parse(ConfigFile.address(environment).orElse("grpc://localhost:" + PORT));
  }

  static Address parse(String text) {
    var rest = text.replaceFirst("^(grpc|http)://", "");
    if (rest.contains("://")) {
      throw new UsageError(
          "address "
              + text
              + ": this version speaks plaintext only, as in grpc://localhost:"
              + PORT);
    }
    rest = rest.replaceFirst("/+$", "");
    int colon = rest.lastIndexOf(':');
    try {
      return colon < 0
          ? new Address(rest, PORT)
          : new Address(rest.substring(0, colon), Integer.parseInt(rest.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new UsageError("address " + text + " is not HOST:PORT");
    }
  }

  String authority() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return "grpc://" + authority();
  }
}
