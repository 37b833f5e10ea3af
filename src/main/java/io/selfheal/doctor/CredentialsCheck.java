package io.selfheal.doctor;

import software.amazon.awssdk.services.sts.StsClient;
import software.amazon.awssdk.services.sts.model.GetCallerIdentityResponse;

/** Whether AWS knows the credentials; asking takes no right. */
public final class CredentialsCheck {
  private final StsClient sts;

  public CredentialsCheck(StsClient sts) {
    this.sts = sts;
  }

  public Finding look() {
    GetCallerIdentityResponse who = sts.getCallerIdentity();
    return Finding.ok(who.arn() + " in " + sts.serviceClientConfiguration().region());
  }
}
