package io.selfheal.doctor;

import software.amazon.awssdk.services.codecommit.CodeCommitClient;
import software.amazon.awssdk.services.codecommit.model.RepositoryDoesNotExistException;

/** Whether the pull requests of a CodeCommit repository can be listed. */
public final class CodeCommitCheck {
  private final CodeCommitClient codeCommit;
  private final String repository;

  public CodeCommitCheck(CodeCommitClient codeCommit, String repository) {
    this.codeCommit = codeCommit;
    this.repository = repository;
  }

  public Finding look() {
    try {
      codeCommit.listPullRequests(list -> list.repositoryName(repository).maxResults(1));
      return Finding.ok("codecommit lists the pull requests of " + repository);
    } catch (RepositoryDoesNotExistException e) {
      return Finding.fail(
          "there is no repository " + repository + " in its region and this account",
          "check the repository's URL");
    }
  }
}
