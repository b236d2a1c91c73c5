/**
 * The classes that protoc generates from {@code model.proto}.
 *
 * <p>Not here: anything written by hand.
 *
 * <p>Start reading at: {@code src/main/protobuf/comporta/model.proto}.
 *
 * <p>To add a field: write it down in {@code docs/formats/model-file.md} first and raise the
 * format.
 */
package dev.comporta.serialization.proto;
