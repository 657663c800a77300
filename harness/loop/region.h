// The part of a loop that runs events, for whoever observes just that part. No
// timed run has an observer.
#ifndef EXITBENCH_HARNESS_LOOP_REGION_H_
#define EXITBENCH_HARNESS_LOOP_REGION_H_

namespace exitbench {

class Region {
 public:
  virtual ~Region() = default;
  // Called by the thread that runs vCPU 0: before a batch of the guest or a
  // call of the host, and after it. Hooks and checks lie outside.
  virtual void Enter() = 0;
  virtual void Leave() = 0;
};

}  // namespace exitbench

#endif  // EXITBENCH_HARNESS_LOOP_REGION_H_
