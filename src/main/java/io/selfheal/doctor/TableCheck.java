package io.selfheal.doctor;

import io.selfheal.issue.IssueTable;
import io.selfheal.issue.TableShape;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/** Whether the issue table is there, with its stream and its index. */
public final class TableCheck {
  private static final String VIEW = "NEW_AND_OLD_IMAGES";

  private final IssueTable table;
  private final String name;

  public TableCheck(IssueTable table, String name) {
    this.table = table;
    this.name = name;
  }

  public Finding look() {
    TableShape shape;
    try {
      shape = table.shape();
    } catch (ResourceNotFoundException e) {
      return Finding.fail(
          "there is no table " + name + " in this account and region",
          "create it (README, AWS), or set selfheal.issues.table and AWS_REGION");
    }
    if (!shape.status().equals("ACTIVE")) {
      return Finding.fail(name + " is " + shape.status(), "wait until it is ACTIVE");
    }
    if (!shape.keyed()) {
      return Finding.fail(
          name + " has another key than pk", "name another table in selfheal.issues.table");
    }
    if (shape.stream().isEmpty()) {
      return Finding.fail(
          name + " has no stream",
          "turn it on with the view type " + VIEW + "; until then only the sweep queues repairs");
    }
    if (!shape.stream().get().equals(VIEW)) {
      return Finding.fail(
          "the stream of " + name + " has the view type " + shape.stream().get(),
          "turn it off and on again with " + VIEW);
    }
    if (!shape.indexed()) {
      return Finding.warn(
          name + " is active, with its stream, but has no index " + IssueTable.UNFINISHED_INDEX,
          "add it (README, AWS); without it every sweep reads the whole table");
    }
    return Finding.ok(
        name + " is active, with stream " + VIEW + " and index " + IssueTable.UNFINISHED_INDEX);
  }
}
