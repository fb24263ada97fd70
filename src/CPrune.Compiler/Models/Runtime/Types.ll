; What every compiled model brings along: taking the input in, running its kernels one after the other, a thread pool, giving the output back.
; Written by hand; it needs the C library and Linux's futex, nothing else. {PAUSE} and {FUTEX} are filled in for the architecture.
;
; The files of this folder are one module, in the order Types, Memory, Pool, Choice, Chain, Transfer, Interface. The tables are made for each model (ModelTables.cs).
; Kernels: function, turns of its parallel loop, first of its arguments. Arguments: an offset into
; the workspace, or with the lowest bit set one into the weights.

%kernel = type { ptr, i64, i64 }
; workspace bytes, arguments, kernels, threads it was tuned for, ABI version, weight bytes, kernels that threads can share
%sizes = type { i64, i64, i64, i64, i64, i64, i64 }
; rows and columns of a matrix to turn round, offset of the buffer with the caller's order (-1: none) and of the one with ours (-1: none)
%transfer = type { i64, i64, i64, i64 }

@cprune_kernels = external hidden constant [0 x %kernel]
@cprune_arguments = external hidden constant [0 x i64]
@cprune_sizes = external hidden constant %sizes
@cprune_input = external hidden constant %transfer
@cprune_output = external hidden constant %transfer
@cprune_names = external hidden constant [0 x ptr]
@cprune_input_shape = external hidden constant [5 x i64]
@cprune_output_shape = external hidden constant [5 x i64]
@cprune_weights = external hidden constant i8

; One thread of a model: the model, its place among the threads, the system's name for it; and on a cache line of its own, the next turn of
; its share of the current job.
%thread = type { ptr, i64, i64, [40 x i8], i64, [56 x i8] }

; One model in use. Fields that different threads write to lie on different cache lines.
;   0 workspace, 1 arguments (addresses), 2 threads (how many), 3 threads (the caller's is the first), 4 stop
;   6 state of the current job: how many workers joined it (bits 0..7), open to join (bit 8), number of the job (bits 9..31)
;   8 workers that are done; 10 workers asleep; 12 the job: kernel, arguments, turns
;   15 images so far, 16 seconds of one alone, 17 seconds that images are still to be run alone, 18 how many times
;   what was lost that was
%model = type { ptr, ptr, i64, ptr, i32, [28 x i8], i32, [60 x i8], i32, [60 x i8], i32, [60 x i8], ptr, ptr, i64, i64, double, double, double }

declare ptr @aligned_alloc(i64, i64)
declare ptr @calloc(i64, i64)
declare void @free(ptr)
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @memset(ptr, i32, i64)
declare ptr @mmap(ptr, i64, i32, i32, i32, i64)
declare i32 @munmap(ptr, i64)
declare i32 @madvise(ptr, i64, i32)
declare i32 @pthread_mutex_lock(ptr)
declare i32 @pthread_mutex_unlock(ptr)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @sched_yield()
declare i32 @clock_gettime(i32, ptr)
declare i64 @syscall(i64, ...)
declare void {PAUSE_DECLARATION}

; Seconds of a clock that never goes back.
define internal double @now() {
entry:
  %time = alloca { i64, i64 }
  %status = call i32 @clock_gettime(i32 1, ptr %time)
  %nanoseconds.at = getelementptr { i64, i64 }, ptr %time, i64 0, i32 1
  %s = load i64, ptr %time
  %ns = load i64, ptr %nanoseconds.at
  %s.double = sitofp i64 %s to double
  %ns.double = sitofp i64 %ns to double
  %fraction = fmul double %ns.double, 1.0e-9
  %sum = fadd double %s.double, %fraction
  ret double %sum
}
