/**
 * The classes that protoc generates from {@code model.proto}.
 *
 * <p>Not here: anything written by hand.
 *
 * <p>Start reading at: {@code src/main/protobuf/comporta/model.proto}.
 *
 * <p>To add a field: specify it in {@code docs/formats/model-file.md} first and increment the
 * format version.
 */
package dev.comporta.serialization.proto;
