package io.selfheal;

import io.selfheal.issue.IssueTable;
import io.selfheal.local.LocalEndpoints;
import io.selfheal.local.LocalResources;
import io.selfheal.local.LocalServices;
import io.selfheal.settings.Settings;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/** The issue table without the routes, for commands that only look at it. */
public final class IssueAccess implements AutoCloseable {
  private final Optional<LocalServices> local;
  private final DynamoDbClient client;
  private final String tableName;
  private final IssueTable table;

  public IssueAccess(Settings settings) {
    tableName = settings.text("selfheal.issues.table");
    local =
        settings.flag("selfheal.local")
            ? Optional.of(
                new LocalServices(Path.of(settings.text("selfheal.local.dir"), "table"), false))
            : Optional.empty();
    Optional<LocalEndpoints> endpoints = local.map(LocalServices::endpoints);
    AwsClients clients = new AwsClients(endpoints);
    client = clients.dynamoDb();
    if (local.isPresent()) {
      new LocalResources(client).createTable(tableName);
    }
    table = new IssueTable(client, tableName, Clock.systemUTC());
  }

  public IssueTable table() {
    return table;
  }

  public String tableName() {
    return tableName;
  }

  @Override
  public void close() throws Exception {
    client.close();
    if (local.isPresent()) {
      local.get().close();
    }
  }
}
