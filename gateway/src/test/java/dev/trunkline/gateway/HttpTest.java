package dev.trunkline.gateway;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.trunkline.services.RequestGate;
import dev.trunkline.wire.pfs.GetFileRequest;
import dev.trunkline.wire.pfs.InspectRepoRequest;
import dev.trunkline.wire.pfs.Repo;
import dev.trunkline.wire.pfs.RepoInfo;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What the port answers to those who do not speak gRPC over HTTP/2 by a library.
class HttpTest {
  private static final int PINGS = 500;
  private static final int PING = 6;
  private static final int GOAWAY = 7;

  private final Gateway gateway =
      new Gateway(
          new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
          List.of(new EchoService(1)),
          new RequestGate());
  private final int port = gateway.start();
  private final HttpClient client = HttpClient.newHttpClient();

  @AfterEach
  void close() {
    client.close();
    gateway.close();
  }

  @Test
  void healthAndMetricsArePlainPages() throws Exception {
    assertThat(get("/healthz").body()).isEqualTo("ok\n");
    grpcWeb("application/grpc-web+proto", "InspectRepo", named());
    assertThat(get("/metrics").body())
        .contains("jvm_memory_used_bytes")
        .contains("trunkline_calls_requests_total")
        .contains("method=\"InspectRepo\"");
    var missing = get("/nothing");
    assertThat(missing.statusCode()).isEqualTo(404);
    assertThat(missing.body()).contains("/nothing", "gRPC");
  }

  @Test
  void grpcWebAnswersOneMessageAndAStream() throws Exception {
    var answer = ByteBuffer.wrap(grpcWeb("application/grpc-web+proto", "InspectRepo", named()));
    assertThat(RepoInfo.parseFrom(message(answer)).getRepo().getName()).isEqualTo("r");
    assertThat(trailers(answer)).contains("grpc-status: 0");
    var two = GetFileRequest.newBuilder().setOffset(100).build().toByteArray();
    var stream = ByteBuffer.wrap(grpcWeb("application/grpc-web+proto", "GetFile", two));
    assertThat(message(stream)).hasSize(102);
    assertThat(message(stream)).hasSize(102);
    assertThat(trailers(stream)).contains("grpc-status: 0");
  }

  @Test
  void grpcWebWorksAsText() throws Exception {
    var text = grpcWeb("application/grpc-web-text+proto", "InspectRepo", named());
    var answer = ByteBuffer.wrap(Base64.getMimeDecoder().decode(unpadded(text)));
    assertThat(RepoInfo.parseFrom(message(answer)).getRepo().getName()).isEqualTo("r");
  }

  @Test
  void aPageOfThisMachineMayCallAndNoOther() throws Exception {
    assertThat(
            preflight("http://localhost:4000").headers().firstValue("access-control-allow-origin"))
        .hasValue("http://localhost:4000");
    assertThat(
            preflight("http://localhost:4000").headers().allValues("access-control-allow-headers"))
        .singleElement()
        .asString()
        .contains("x-grpc-web");
    for (var other : List.of("https://evil.example", "http://localhost.evil.example")) {
      assertThat(preflight(other).headers().firstValue("access-control-allow-origin")).isEmpty();
    }
  }

  /// A client that pings without pause and without a call gets every answer, and no GOAWAY.
  @Test
  void pingsWithoutCallsAreAnswered() throws IOException {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(20_000);
      var out = socket.getOutputStream();
      out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(US_ASCII));
      out.write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
      for (int i = 0; i < PINGS; i++) {
        out.write(new byte[] {0, 0, 8, PING, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8});
      }
      out.flush();
      var in = new DataInputStream(socket.getInputStream());
      for (int answers = 0; answers < PINGS; ) {
        int length = in.readUnsignedByte() << 16 | in.readUnsignedShort();
        int type = in.readUnsignedByte();
        in.skipNBytes(5L + length);
        assertThat(type).isNotEqualTo(GOAWAY);
        answers += type == PING ? 1 : 0;
      }
    }
  }

  private HttpResponse<String> get(String path) throws Exception {
    return client.send(
        HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> preflight(String origin) throws Exception {
    var request =
        HttpRequest.newBuilder(uri("/pfs_v2.API/InspectRepo"))
            .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "POST")
            .header("Access-Control-Request-Headers", "content-type,x-grpc-web")
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private byte[] grpcWeb(String type, String method, byte[] message) throws Exception {
    var frame = ByteBuffer.allocate(5 + message.length);
    frame.put((byte) 0).putInt(message.length).put(message);
    var body = type.contains("text") ? Base64.getEncoder().encode(frame.array()) : frame.array();
    var request =
        HttpRequest.newBuilder(uri("/pfs_v2.API/" + method))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .header("Content-Type", type)
            .header("Accept", type)
            .build();
    return client.send(request, HttpResponse.BodyHandlers.ofByteArray()).body();
  }

  /// The text form is a row of encoded pieces, each with padding of its own; the first is enough.
  private static byte[] unpadded(byte[] text) {
    var all = new String(text, US_ASCII);
    int end = all.indexOf('=');
    return (end < 0 ? all : all.substring(0, end)).getBytes(US_ASCII);
  }

  private static byte[] named() {
    return InspectRepoRequest.newBuilder()
        .setRepo(Repo.newBuilder().setName("r"))
        .build()
        .toByteArray();
  }

  private static byte[] message(ByteBuffer frames) {
    assertThat(frames.get()).isZero();
    var message = new byte[frames.getInt()];
    frames.get(message);
    return message;
  }

  private static String trailers(ByteBuffer frames) {
    assertThat(frames.get()).isEqualTo((byte) 0x80);
    var text = new byte[frames.getInt()];
    frames.get(text);
    return new String(text, US_ASCII);
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }
}
