/**
 * The classes that protoc generates from {@code onnx.proto}.
 *
 * <p>Not here: anything written by hand.
 *
 * <p>Start reading at: {@code src/main/protobuf/comporta/onnx.proto}.
 *
 * <p>To add a field: copy its number from ONNX's own {@code onnx.proto}.
 */
package dev.comporta.onnx.proto;
