package io.selfheal.dedup;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagePatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "order 462493 failed at 2026-04-25T14:18:59.022Z | order <number> failed at <date>",
        "no user jane.doe@example.org | no user <email>",
        "cannot open db://host:99999/x | cannot open <url>",
        "GET https://example.org/a?b=c failed | GET <url> failed",
        "connect 10.1.2.3:5432 refused | connect <ip> refused",
        "host fe80::1:2:3 gone | host <ip> gone",
        "id 4283fefc-63f0-4d0e-a73a-0000c6d07ef7 | id <uuid>",
        "object at 0x7fd9beb82a90 | object at <hex>",
        "cannot add shop.util.Money@694f9431 | cannot add shop.util.Money@<hex>",
        "commit 3f2a9c1b not found | commit <hex> not found",
        "took 12.5 ms, limit 30s | took <number> ms, limit <number>s",
        "key 'order_items' missing | key 'order_items' missing",
        "key '122108' missing | key '<value>' missing",
        "utf8 codec, s3 bucket | utf8 codec, s3 bucket",
        "/var/data/57839ad0-47a6-8e3e-61e5-42ad3b7d4b08/532032.csv | /var/data/<uuid>/<number>.csv",
        "don't stop | don't stop"
      })
  void replacesWhatVaries(String message, String pattern) {
    assertThat(MessagePattern.of(message)).isEqualTo(pattern);
  }
}
