package io.selfheal.chaos;

import com.github.tomakehurst.wiremock.http.ResponseDefinition;

/** Decides what becomes of a request on its way to an outside service. */
public interface Mishap {
  /** Nothing goes wrong. */
  Mishap NONE = Call::forward;

  /**
   * @return the answer, which may be the service's own ({@link Call#forward}) or a fault
   */
  ResponseDefinition meet(Call call) throws Exception;
}
