package io.selfheal.model;

import io.selfheal.prompt.RepairPrompt;
import org.apache.camel.ExchangeException;

/** Turns an answer that does not hold into the next question: the model is told once per try. */
public final class AskAgain {
  /**
   * @throws ProposalException the same, when the model was told before
   */
  public RepairPrompt ask(@ExchangeException ProposalException rejected) {
    if (rejected.toldBefore()) {
      throw rejected;
    }
    return rejected.nextPrompt();
  }
}
