// The kernel's KVM interface. The only file that includes <linux/kvm.h>.
//
// It fixes two things:
//
// Flexible arrays. <linux/kvm.h> declares the array at the end of kvm_cpuid2
// and of structs like it through __DECLARE_FLEX_ARRAY. That adds an empty
// struct, whose size is 0 in C but 1 in C++. The struct then has the wrong
// size, and so the ioctl number, which encodes the size, is unknown to the
// kernel. Redefining the macro before the header is read gives the layout of C.
// Headers from before the macro have a true flexible array, and C++ lets
// nothing follow a struct with one. So the structs that we put something behind
// are declared here anew. kvm_uapi_test pins the numbers.
//
// Newer kernels. The header of Debian 12 is that of Linux 6.1. Constants and
// structs of later kernels are declared here as in the kernel's own header.
#ifndef EXITBENCH_VMM_KVM_UAPI_H_
#define EXITBENCH_VMM_KVM_UAPI_H_

#include <linux/stddef.h>
#undef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(TYPE, NAME) TYPE NAME[0]

// Rings of dirty pages came to arm64 with Linux 6.2. Where the header of the
// architecture does not say where they are, that of KVM says 0, which is never
// right.
#include <asm/kvm.h>
#ifndef KVM_DIRTY_LOG_PAGE_OFFSET
#define KVM_DIRTY_LOG_PAGE_OFFSET 64
#endif

#define kvm_signal_mask kvm_signal_mask_of_header
#define kvm_irq_routing kvm_irq_routing_of_header
#include <linux/kvm.h>
#undef kvm_signal_mask
#undef kvm_irq_routing
#include <linux/kvm_para.h>
#include <sys/ioctl.h>

struct kvm_signal_mask {
  __u32 len;
  __u8 sigset[0];
};

struct kvm_irq_routing {
  __u32 nr;
  __u32 flags;
  struct kvm_irq_routing_entry entries[0];
};

// Linux 6.7 and 6.8 (Documentation/virt/kvm/api.rst).
#ifndef KVM_CAP_USER_MEMORY2
#define KVM_CAP_USER_MEMORY2 231
#define KVM_CAP_MEMORY_FAULT_INFO 232
#define KVM_CAP_GUEST_MEMFD 234

#define KVM_EXIT_MEMORY_FAULT 39

#define KVM_MEM_GUEST_MEMFD (1UL << 2)

struct kvm_userspace_memory_region2 {
  __u32 slot;
  __u32 flags;
  __u64 guest_phys_addr;
  __u64 memory_size;
  __u64 userspace_addr;
  __u64 guest_memfd_offset;
  __u32 guest_memfd;
  __u32 pad1;
  __u64 pad2[14];
};
#define KVM_SET_USER_MEMORY_REGION2 \
  _IOW(KVMIO, 0x49, struct kvm_userspace_memory_region2)

struct kvm_create_guest_memfd {
  __u64 size;
  __u64 flags;
  __u64 reserved[6];
};
#define KVM_CREATE_GUEST_MEMFD _IOWR(KVMIO, 0xd4, struct kvm_create_guest_memfd)
#endif  // KVM_CAP_USER_MEMORY2

// Linux 6.11.
#ifndef KVM_CAP_PRE_FAULT_MEMORY
#define KVM_CAP_PRE_FAULT_MEMORY 236

struct kvm_pre_fault_memory {
  __u64 gpa;
  __u64 size;
  __u64 flags;
  __u64 padding[5];
};
#define KVM_PRE_FAULT_MEMORY _IOWR(KVMIO, 0xd5, struct kvm_pre_fault_memory)
#endif  // KVM_CAP_PRE_FAULT_MEMORY

// Linux 6.18.
#ifndef KVM_CAP_GUEST_MEMFD_FLAGS
#define KVM_CAP_GUEST_MEMFD_FLAGS 244
#define GUEST_MEMFD_FLAG_MMAP (1ULL << 0)
#define GUEST_MEMFD_FLAG_INIT_SHARED (1ULL << 1)
#endif  // KVM_CAP_GUEST_MEMFD_FLAGS

#endif  // EXITBENCH_VMM_KVM_UAPI_H_
