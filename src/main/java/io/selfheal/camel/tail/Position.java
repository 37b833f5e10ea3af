package io.selfheal.camel.tail;

/**
 * How far a file was read.
 *
 * @param path the name under which the file was found
 * @param key the file's identity, which a rename keeps: device and inode
 * @param offset bytes that were delivered
 * @param headLength how many of the file's first bytes {@code headSum} covers
 * @param headSum CRC-32 of them; tells a file from another one that got the same inode or was
 *     rewritten in place
 */
record Position(String path, String key, long offset, int headLength, long headSum) {}
