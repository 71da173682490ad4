package dev.trunkline.gateway;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.grpc.Status;
import java.util.Set;

/// Answers what no other service claims: a gRPC call with UNIMPLEMENTED, everything else with 404.
final class Unclaimed implements HttpService {
  /// The packages of the API before 2.0.
  private static final Set<String> OLD =
      Set.of(
          "admin",
          "auth",
          "debug",
          "enterprise",
          "health",
          "license",
          "pfs",
          "pps",
          "transaction",
          "versionpb");

  @Override
  public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
    var type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
    var path = request.path();
    if (!type.startsWith("application/grpc")) {
      return HttpResponse.of(
          HttpStatus.NOT_FOUND,
          MediaType.PLAIN_TEXT_UTF_8,
          "nothing is served at %s: this is a gRPC port, with /healthz and /metrics%n"
              .formatted(path));
    }
    var headers = ResponseHeaders.of(HttpStatus.OK, HttpHeaderNames.CONTENT_TYPE, type);
    var status =
        HttpHeaders.of(
            "grpc-status",
            Integer.toString(Status.Code.UNIMPLEMENTED.value()),
            "grpc-message",
            message(path.substring(1)));
    return type.startsWith("application/grpc-web")
        ? HttpResponse.of(headers.toBuilder().add(status).build())
        : HttpResponse.of(headers, HttpData.empty(), status);
  }

  private static String message(String method) {
    int slash = method.indexOf('/');
    var service = slash < 0 ? method : method.substring(0, slash);
    int dot = service.lastIndexOf('.');
    if (dot > 0 && OLD.contains(service.substring(0, dot))) {
      return "this server is running pachyderm 2.x, but your client appears to be an older version"
          + " - please upgrade";
    }
    return "unknown method " + method.replaceAll("[^\\x21-\\x7e]|%", "_");
  }
}
