package io.github.seinpaal;

import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Counts what a semaphore keeps alive, by walking the library's own objects and arrays. */
final class Reachable {
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Deque<Object> pending = new ArrayDeque<>();

  private Reachable() {}

  /** The number of the library's objects and arrays reachable from the root. */
  static int libraryObjects(Object root) {
    return new Reachable().count(root);
  }

  private int count(Object root) {
    visit(root);
    while (!pending.isEmpty()) {
      Object object = pending.remove();
      if (object instanceof Object[] array) {
        Arrays.asList(array).forEach(this::visit);
      } else if (object instanceof AtomicReferenceArray<?> array) {
        for (int i = 0; i < array.length(); i++) {
          visit(array.get(i));
        }
      } else if (object instanceof AtomicReference<?> reference) {
        visit(reference.get());
      } else if (object instanceof Map<?, ?> map) {
        map.forEach(
            (key, value) -> {
              visit(key);
              visit(value);
            });
      } else {
        visitFields(object);
      }
    }
    return seen.size();
  }

  private void visit(Object object) {
    boolean counts =
        object instanceof Object[]
            || object instanceof AtomicReferenceArray
            || object instanceof AtomicReference
            || object instanceof Map
            || object != null && isLibrary(object.getClass());
    if (counts && seen.add(object)) {
      pending.add(object);
    }
  }

  private void visitFields(Object object) {
    for (Class<?> type = object.getClass(); isLibrary(type); type = type.getSuperclass()) {
      Field[] fields =
          Arrays.stream(type.getDeclaredFields())
              .filter(f -> !Modifier.isStatic(f.getModifiers()) && !f.getType().isPrimitive())
              .toArray(Field[]::new);
      AccessibleObject.setAccessible(fields, true);
      for (Field field : fields) {
        try {
          visit(field.get(object));
        } catch (IllegalAccessException e) {
          throw new AssertionError(e);
        }
      }
    }
  }

  private static boolean isLibrary(Class<?> type) {
    return type.getPackageName().equals(Reachable.class.getPackageName());
  }
}
