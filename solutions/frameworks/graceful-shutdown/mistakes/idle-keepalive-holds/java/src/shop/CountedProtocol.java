package shop;

import org.apache.coyote.http11.Http11NioProtocol;

/** Tells how many connections are open; Tomcat itself stops counting when the port is closed. */
public class CountedProtocol extends Http11NioProtocol {
    int openConnections() {
        return getEndpoint().getConnections().size();
    }
}
