package dev.stlm.serving.kit;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Stops and releases a toy model, breaks it, and counts its sessions. */
public final class Gate {
  /** The gate of the model that the application under test serves. */
  public static final Gate OF_APPLICATION = new Gate();

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final AtomicInteger sessions = new AtomicInteger();
  private boolean shut;
  private boolean broken;
  private boolean outOfMemory;
  private int poison = -1;
  private int blocked;

  /** The next computation waits. */
  public void shut() {
    set(true, false);
  }

  /** Computations run. */
  public void open() {
    set(false, false);
  }

  /** Computations fail. */
  public void breakDown() {
    set(false, true);
  }

  /** The next computation runs out of memory. */
  public void runOutOfMemory() {
    lock.lock();
    try {
      outOfMemory = true;
    } finally {
      lock.unlock();
    }
  }

  /** Computations fail that read an id. */
  public void poison(int id) {
    lock.lock();
    try {
      poison = id;
    } finally {
      lock.unlock();
    }
  }

  /** Waits until a computation is stopped by the shut gate. */
  public void awaitBlocked() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (blocked == 0) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Sessions that have not been closed. */
  public int sessions() {
    return sessions.get();
  }

  private void set(boolean newShut, boolean newBroken) {
    lock.lock();
    try {
      shut = newShut;
      broken = newBroken;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void pass(int... ids) {
    lock.lock();
    try {
      blocked++;
      changed.signalAll();
      while (shut) {
        changed.awaitUninterruptibly();
      }
      blocked--;
      if (outOfMemory) {
        throw new OutOfMemoryError("on purpose");
      }
      if (broken || Arrays.stream(ids).anyMatch(id -> id == poison)) {
        throw new IllegalStateException("broken on purpose");
      }
    } finally {
      lock.unlock();
    }
  }

  void opened() {
    sessions.incrementAndGet();
  }

  void closed() {
    sessions.decrementAndGet();
  }
}
