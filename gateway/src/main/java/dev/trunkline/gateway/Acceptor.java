package dev.trunkline.gateway;

import com.linecorp.armeria.common.util.ThreadFactories;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// The thread that accepts connections. It ends at once when it is told to: any other would look
/// out for two seconds first, and a server stops as slowly as that.
final class Acceptor extends MultiThreadIoEventLoopGroup {
  private static final long LIMIT_SECONDS = 5;

  Acceptor() {
    super(1, ThreadFactories.newEventLoopThreadFactory("acceptor", false), io());
  }

  private static IoHandlerFactory io() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  @Override
  public Future<?> shutdownGracefully() {
    return shutdownGracefully(0, LIMIT_SECONDS, TimeUnit.SECONDS);
  }
}
