package io.selfheal.model;

import io.selfheal.model.DataSections.Section;
import io.selfheal.prompt.RepairPrompt;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A prompt for a model whose context the whole one does not fit: whole sections of data are left
 * out until half of the text is, those that matter least first. The sections stand in the order of
 * their rank; of the log and the frames nothing is left out.
 */
final class ShrunkPrompt {
  private static final String LEFT_OUT = "[A part is left out here for lack of room.]\n\n";

  private ShrunkPrompt() {}

  /** Empty where nothing can be left out. */
  static Optional<RepairPrompt> of(RepairPrompt prompt) {
    String text = prompt.user();
    DataSections data = DataSections.of(text);
    int room = text.length() / 2;
    int length = text.length();
    Set<Section> dropped = new HashSet<>();
    List<Section> least =
        data.sections().stream()
            .filter(section -> rank(section) > 0)
            .sorted(
                Comparator.comparingInt(ShrunkPrompt::rank)
                    .thenComparing(Section::start)
                    .reversed())
            .toList();
    for (Section section : least) {
      if (length <= room || dropped.size() + 1 == least.size()) {
        break;
      }
      dropped.add(section);
      length -= section.end() - section.start() - LEFT_OUT.length();
    }
    if (dropped.isEmpty()) {
      return Optional.empty();
    }
    var kept = new StringBuilder();
    int copied = 0;
    for (Section section : data.sections()) {
      if (dropped.contains(section)) {
        kept.append(text, copied, section.start()).append(LEFT_OUT);
        copied = section.end();
      }
    }
    kept.append(text, copied, text.length());
    return Optional.of(
        new RepairPrompt(
            prompt.issue(),
            prompt.app(),
            prompt.workTree(),
            prompt.system(),
            kept.toString(),
            prompt.rejection()));
  }

  /** 0 stays; the highest goes first. */
  private static int rank(Section section) {
    if (section.label().equals("log") || section.label().equals("frames")) {
      return 0;
    }
    return section.isSource() ? 1 : 2;
  }
}
