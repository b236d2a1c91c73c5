import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.FieldModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.MethodTransform;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.CodeModel;
import java.lang.reflect.AccessFlag;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Writes the stable part of a jar: the types marked {@code @API(status = STABLE)} with what is nested in them, without
 * code and without private members. The result is what the profile "release" compares the next build with:
 *
 * <pre>java .build/StableApi.java api/target/comporta-api-0.1.0-SNAPSHOT.jar api/stable-api.jar</pre>
 */
final class StableApi {
  private StableApi() {}

  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 2) {
      System.err.println("expected two arguments, the jar to read and the jar to write; see the comment in the source");
      System.exit(2);
    }
    Map<String, byte[]> stable = new TreeMap<>();
    try (JarFile jar = new JarFile(arguments[0])) {
      Map<String, ClassModel> classes = new TreeMap<>();
      for (JarEntry entry : (Iterable<JarEntry>) jar.stream()::iterator) {
        if (entry.getName().endsWith(".class") && !entry.getName().endsWith("-info.class")) {
          classes.put(entry.getName(), ClassFile.of().parse(jar.getInputStream(entry).readAllBytes()));
        }
      }
      classes.forEach(
          (name, type) -> {
            ClassModel outermost = classes.get(name.replaceFirst("\\$.*", ".class"));
            if (outermost != null && isStable(outermost) && !type.flags().has(AccessFlag.SYNTHETIC)) {
              stable.put(name, withoutCode(type));
            }
          });
    }
    if (stable.isEmpty()) {
      System.err.println("expected types marked as stable in " + arguments[0] + " but there are none");
      System.exit(2);
    }
    try (OutputStream file = Files.newOutputStream(Path.of(arguments[1]));
        ZipOutputStream zip = new ZipOutputStream(file)) {
      for (Map.Entry<String, byte[]> type : stable.entrySet()) {
        ZipEntry entry = new ZipEntry(type.getKey());
        entry.setLastModifiedTime(FileTime.fromMillis(0));
        zip.putNextEntry(entry);
        zip.write(type.getValue());
        zip.closeEntry();
      }
    }
    System.out.printf("%d stable types in %s%n", stable.size(), arguments[1]);
  }

  private static boolean isStable(ClassModel type) {
    return type.findAttribute(Attributes.runtimeVisibleAnnotations()).stream()
        .flatMap(all -> all.annotations().stream())
        .filter(it -> it.className().equalsString("Lorg/apiguardian/api/API;"))
        .flatMap(it -> it.elements().stream())
        .anyMatch(
            it ->
                it.value() instanceof AnnotationValue.OfEnum status
                    && status.constantName().equalsString("STABLE"));
  }

  private static byte[] withoutCode(ClassModel type) {
    ClassTransform shared =
        ClassTransform.dropping(
            it ->
                it instanceof MethodModel method && method.flags().has(AccessFlag.PRIVATE)
                    || it instanceof FieldModel field && field.flags().has(AccessFlag.PRIVATE));
    ClassTransform bodiless =
        ClassTransform.transformingMethods(
            MethodTransform.dropping(it -> it instanceof CodeModel || it instanceof CodeAttribute));
    return ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG)
        .transformClass(type, shared.andThen(bodiless));
  }
}
