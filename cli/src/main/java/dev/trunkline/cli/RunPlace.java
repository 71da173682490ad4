package dev.trunkline.cli;

import com.google.protobuf.Empty;
import dev.trunkline.wire.pps.PipelineInfo;

/// Where the program of a pipeline runs.
///
/// @param image that of its spec; empty where it names none
/// @param here whether it runs as a process of the server's machine, image or not
record RunPlace(String image, boolean here) {
  /// What the specs of programs that need no image end up with.
  private static final String HOST = "ubuntu:20.04";

  static RunPlace of(Session session, PipelineInfo info) {
    var image = info.getDetails().getTransform().getImage();
    if (image.isEmpty() || image.equals(HOST)) {
      return new RunPlace("", true);
    }
    var server = session.trunkline().serverInfo(Empty.getDefaultInstance());
    return new RunPlace(image, server.getRunner().equals("process"));
  }

  /// Whether the spec names an image that is not used.
  boolean ignoresImage() {
    return here && !image.isEmpty();
  }

  String text() {
    if (!here) {
      return "image " + image;
    }
    return "this machine" + (ignoresImage() ? ", without its image " + image : "");
  }
}
