package io.selfheal.commit;

import io.selfheal.model.ProposalException;
import io.selfheal.prompt.RepairPrompt;
import org.apache.camel.ExchangeException;

/** Tells the model once per try why its answer does not hold. */
public final class SecondQuestion {
  /**
   * @return the question again, with the answer and what is wrong with it
   * @throws ProposalException the same one, when the model was told before
   */
  public RepairPrompt ask(@ExchangeException ProposalException e) {
    if (e.toldBefore()) {
      throw e;
    }
    return e.nextPrompt();
  }
}
