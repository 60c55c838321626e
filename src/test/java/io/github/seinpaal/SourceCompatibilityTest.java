package io.github.seinpaal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.Serializable;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Code written for {@code java.util.concurrent.Semaphore} compiles with the class name changed. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SourceCompatibilityTest {

  /** Every method that code could call or override is here, with its result and exceptions. */
  @TestFactory
  Stream<DynamicTest> everyMethodIsHere() {
    return accessible(Semaphore.class.getDeclaredMethods())
        .map(
            theirs ->
                dynamicTest(
                    theirs.toString(),
                    () -> {
                      Method ours =
                          CountingSemaphore.class.getDeclaredMethod(
                              theirs.getName(), theirs.getParameterTypes());
                      assertThat(ours).matches(m -> Modifier.isPublic(m.getModifiers()), "public");
                      assertThat(ours.getGenericReturnType())
                          .isEqualTo(theirs.getGenericReturnType());
                      assertThat(ours.getExceptionTypes())
                          .containsExactlyInAnyOrder(theirs.getExceptionTypes());
                    }));
  }

  /** Every constructor is here. */
  @TestFactory
  Stream<DynamicTest> everyConstructorIsHere() {
    return accessible(Semaphore.class.getDeclaredConstructors())
        .map(
            theirs ->
                dynamicTest(
                    theirs.toString(),
                    () -> {
                      Constructor<?> ours =
                          CountingSemaphore.class.getDeclaredConstructor(
                              theirs.getParameterTypes());
                      assertThat(Modifier.isPublic(ours.getModifiers())).isTrue();
                      assertThat(ours.getExceptionTypes()).isEmpty();
                    }));
  }

  /** The forms that take a duration throw what the forms with a unit throw, and nothing more. */
  @Test
  void durationFormsMatchUnitForms() {
    accessible(CountingSemaphore.class.getDeclaredMethods())
        .filter(m -> m.getName().equals("tryAcquire") && m.getExceptionTypes().length > 0)
        .forEach(
            m -> assertThat(m.getExceptionTypes()).containsExactly(InterruptedException.class));
  }

  /** The classes are final, and not serializable. */
  @Test
  void classesAreFinalAndNotSerializable() {
    for (Class<?> type :
        new Class<?>[] {CountingSemaphore.class, CountingSemaphore.Builder.class, Permit.class}) {
      assertThat(type).isFinal().isPublic();
      assertThat(Serializable.class.isAssignableFrom(type)).isFalse();
    }
    assertThat(PermitsUnavailableException.class).isFinal().isPublic();
    assertThat(PermitsUnavailableException.class.getSuperclass())
        .isEqualTo(IllegalStateException.class);
  }

  private static <E extends Executable> Stream<E> accessible(E[] members) {
    return Arrays.stream(members)
        .filter(m -> (m.getModifiers() & (Modifier.PUBLIC | Modifier.PROTECTED)) != 0)
        .filter(m -> !m.isSynthetic());
  }
}
