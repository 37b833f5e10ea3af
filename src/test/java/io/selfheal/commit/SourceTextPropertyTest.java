package io.selfheal.commit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class SourceTextPropertyTest {
  /** Whatever the bytes, a replaced mark in the middle leaves all other bytes as they were. */
  @Property
  void neverTouchesAByteOutsideOfTheChange(
      @ForAll byte @Size(max = 60) [] before,
      @ForAll byte @Size(max = 60) [] after,
      @ForAll @IntRange(min = 1, max = 9) int length)
      throws Exception {
    byte[] mark = "<<<mark>>>".getBytes(UTF_8);
    byte[] content = concat(before, mark, after);
    String put = "z".repeat(length);

    if (SourceText.of(content).isPresent()) {
      byte[] changed = SourceText.of(content).get().replaceOnce("<<<mark>>>", put).bytes();
      assertThat(changed).isEqualTo(concat(before, put.getBytes(UTF_8), after));
    }
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }
}
