package io.selfheal.commit.guard;

import java.util.List;

/** One rule of the diff guard. A further one is a class, and a line in {@link DiffGuard#RULES}. */
interface GuardRule {
  /** As {@code selfheal.heal.guards} names it. */
  String name();

  /** Where the diff breaks the rule; empty when it does not. */
  List<Finding> findings(Diff diff);
}
