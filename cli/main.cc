// exitbench measures what KVM exits cost on this host. This is its command
// line.
#include <signal.h>

#include <string>
#include <vector>

#include "cli/dispatch.h"

int main(int argc, char** argv) {
  // So write() returns an error at a limit on file sizes, as with a full disk.
  signal(SIGXFSZ, SIG_IGN);
  return exitbench::Dispatch(std::vector<std::string>(argv, argv + argc));
}
