package io.selfheal.chaos;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import com.github.tomakehurst.wiremock.extension.ResponseDefinitionTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.ResponseDefinition;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import java.net.URI;
import java.net.http.HttpClient;

/** Stands between the program and one HTTP service, and lets a {@link Mishap} meet each request. */
public final class HttpProxy implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final WireMockServer server;

  public HttpProxy(String service, URI upstream, Mishap mishap) {
    server =
        new WireMockServer(
            WireMockConfiguration.options()
                .dynamicPort()
                .bindAddress("127.0.0.1")
                // A long poll holds a thread
                .containerThreads(100)
                .disableRequestJournal()
                .gzipDisabled(true)
                .http2PlainDisabled(true)
                .extensions(
                    new ResponseDefinitionTransformerV2() {
                      @Override
                      public String getName() {
                        return "mishap";
                      }

                      @Override
                      public ResponseDefinition transform(ServeEvent event) {
                        Call call = new Call(service, upstream, event.getRequest(), client);
                        try {
                          return mishap.meet(call);
                        } catch (InterruptedException e) {
                          Thread.currentThread().interrupt();
                          return reset();
                        } catch (Exception e) {
                          return reset();
                        }
                      }
                    }));
    server.start();
    server.stubFor(any(anyUrl()).willReturn(aResponse().withTransformers("mishap")));
  }

  static ResponseDefinition reset() {
    return aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER).build();
  }

  public URI uri() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  @Override
  public void close() {
    server.stop();
  }
}
