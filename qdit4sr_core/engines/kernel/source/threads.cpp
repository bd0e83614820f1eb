// Sharing work among threads: by the OpenMP runtime that torch uses, where the caller has handed us its entry,
// else by worker threads of our own that wait between calls. Torch's threads spin for a while after each of its
// operations; threads beside them would wait for their cores. Of our own, one call has them at a time, and a
// call that finds them busy works alone.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "kernel.h"
#if !defined(_WIN32)
#include <pthread.h>
#include <unistd.h>
#endif

namespace {
struct Pool {
  std::mutex busy, lock;
  std::condition_variable wake, finished;
  std::vector<std::thread> threads;
  uint64_t turn = 0;
  int wanted = 0, running = 0;
  bool ending = false;
  void (*work)(void *, int64_t) = nullptr;
  void *context = nullptr;
  int64_t count = 0;
  std::atomic<int64_t> next{0};

  void take() {
    for (int64_t i; (i = next.fetch_add(1)) < count;) work(context, i);
  }
  void serve(int index) {
    uint64_t seen = 0;
    for (;;) {
      {
        std::unique_lock<std::mutex> hold(lock);
        wake.wait(hold, [&] { return ending || (turn != seen && index < wanted); });
        if (ending) return;
        seen = turn;
      }
      take();
      std::lock_guard<std::mutex> hold(lock);
      if (!--running) finished.notify_one();
    }
  }
  void run(int helpers, int64_t n, void (*w)(void *, int64_t), void *c) {
    {
      std::lock_guard<std::mutex> hold(lock);
      work = w, context = c, count = n, next = 0;
      while ((int)threads.size() < helpers) {
        const int index = (int)threads.size();
        threads.emplace_back([this, index] { serve(index); });
      }
      wanted = running = helpers, turn++;
    }
    wake.notify_all();
    take();
    std::unique_lock<std::mutex> hold(lock);
    finished.wait(hold, [&] { return !running; });
    wanted = 0;
  }
};

std::atomic<Pool *> pool{nullptr};
std::mutex making;

std::atomic<QdOpenMp> openmp{nullptr};

struct Share {
  void (*work)(void *, int64_t);
  void *context;
  int64_t count;
  std::atomic<int64_t> next;
};

void take_share(void *data) {
  Share *share = (Share *)data;
  for (int64_t i; (i = share->next.fetch_add(1)) < share->count;) share->work(share->context, i);
}

#if !defined(_WIN32)
// A forked child has none of the threads, and an OpenMP runtime that waits for them: it makes its own.
void forget() { openmp = nullptr, pool = new Pool; }

void watch_forks() {
  static std::once_flag once;
  std::call_once(once, [] { pthread_atfork(nullptr, nullptr, forget); });
}
#endif

Pool *the_pool() {
  Pool *p = pool;
  if (p) return p;
  std::lock_guard<std::mutex> hold(making);
  if (!pool) {
#if !defined(_WIN32)
    watch_forks();
#endif
    pool = new Pool;  // lives as long as the process: its threads may be waiting at the end
  }
  return pool;
}
}  // namespace

void qd_use_openmp(QdOpenMp parallel) {
#if !defined(_WIN32)
  watch_forks();
#endif
  openmp = parallel;
}

void qd_parallel(int threads, int64_t count, void (*work)(void *, int64_t), void *context) {
  const int helpers = (int)(count < threads ? count : threads) - 1;
  if (const QdOpenMp parallel = helpers > 0 ? openmp.load() : nullptr) {
    Share share{work, context, count, {0}};
    parallel(take_share, &share, (unsigned)threads, 0);  // all of them: it would end those that a smaller team leaves out
    return;
  }
  if (helpers > 0) {
    Pool *p = the_pool();
    std::unique_lock<std::mutex> mine(p->busy, std::try_to_lock);
    if (mine.owns_lock()) {
      try {
        p->run(helpers, count, work, context);
        return;
      } catch (...) {  // no thread to be had: nothing has been started for this call
      }
    }
  }
  for (int64_t i = 0; i < count; i++) work(context, i);
}
