package io.selfheal.settings;

/**
 * A GitHub App that opens pull requests in place of a personal token.
 *
 * @param id the App's id, or its client id
 * @param installationId of the installation that may see the repository
 * @param privateKey the App's RSA key, PEM text
 */
public record GithubApp(String id, String installationId, Secret privateKey) {}
