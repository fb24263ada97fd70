; What every compiled model brings along: taking the input in, running its kernels one after the other, a thread pool, giving the output back.
; Written by hand; it needs the C library and Linux's futex, nothing else. {PAUSE} and {FUTEX} are filled in for the architecture.
;
; The tables are made for each model (ModelTables.cs). Kernels: function, turns of its parallel loop (1 where sharing is not worth it),
; first of its arguments. Arguments: an offset into the workspace, or with the lowest bit set one into the weights.

%kernel = type { ptr, i64, i64 }
; workspace bytes, arguments, kernels, threads it was tuned for, ABI version
%sizes = type { i64, i64, i64, i64, i64 }
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

; One model in use. Fields that different threads write to lie on different cache lines.
;   0 workspace, 1 arguments (addresses), 2 threads, 3 worker ids, 4 stop
;   6 state of the current job: how many workers joined it (bits 0..7), open to join (bit 8), number of the job (bits 9..31)
;   8 next turn to hand out; 10 workers that are done; 12 workers asleep
;   14 the job: kernel, arguments, turns, turns handed out at once
%model = type { ptr, ptr, i64, ptr, i32, [28 x i8], i32, [60 x i8], i64, [56 x i8], i32, [60 x i8], i32, [60 x i8], ptr, ptr, i64, i64 }

declare ptr @aligned_alloc(i64, i64)
declare ptr @calloc(i64, i64)
declare void @free(ptr)
declare ptr @memcpy(ptr, ptr, i64)
declare ptr @memset(ptr, i32, i64)
declare i32 @pthread_create(ptr, ptr, ptr, ptr)
declare i32 @pthread_join(i64, ptr)
declare i32 @sched_yield()
declare i32 @clock_gettime(i32, ptr)
declare i64 @syscall(i64, ...)
declare void {PAUSE_DECLARATION}

; ---- The pool ------------------------------------------------------------------------------------------------------------------------------

; Hands out turns of the current job until there are none left.
define internal void @share(ptr %model) {
entry:
  %next.at = getelementptr %model, ptr %model, i64 0, i32 8
  %kernel.at = getelementptr %model, ptr %model, i64 0, i32 14
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 15
  %turns.at = getelementptr %model, ptr %model, i64 0, i32 16
  %chunk.at = getelementptr %model, ptr %model, i64 0, i32 17
  %kernel = load ptr, ptr %kernel.at
  %arguments = load ptr, ptr %arguments.at
  %turns = load i64, ptr %turns.at
  %chunk = load i64, ptr %chunk.at
  br label %take

take:
  %begin = atomicrmw add ptr %next.at, i64 %chunk monotonic
  %left = icmp slt i64 %begin, %turns
  br i1 %left, label %work, label %done

work:
  %reach = add i64 %begin, %chunk
  %short = icmp slt i64 %reach, %turns
  %end = select i1 %short, i64 %reach, i64 %turns
  call void %kernel(ptr %arguments, i64 %begin, i64 %end)
  br label %take

done:
  ret void
}

; A worker: waits for a job it has not seen, joins it if it is still open, and does its share. It spins for a while, because a model's kernels
; follow each other within microseconds, and then sleeps, because a model may rest for long.
define internal ptr @worker(ptr %model) {
entry:
  %stop.at = getelementptr %model, ptr %model, i64 0, i32 4
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %done.at = getelementptr %model, ptr %model, i64 0, i32 10
  %asleep.at = getelementptr %model, ptr %model, i64 0, i32 12
  br label %spin

spin:
  %seen = phi i32 [ 0, %entry ], [ %seen, %wait ], [ %seen, %sleep ], [ %number, %work ]
  %spins = phi i32 [ 0, %entry ], [ %spins.more, %wait ], [ 0, %sleep ], [ 0, %work ]
  %state = load atomic i32, ptr %state.at acquire, align 4
  %number = and i32 %state, -512
  %open.bit = and i32 %state, 256
  %open = icmp ne i32 %open.bit, 0
  %new = icmp ne i32 %number, %seen
  %joinable = and i1 %open, %new
  br i1 %joinable, label %join, label %idle

idle:
  %stop = load atomic i32, ptr %stop.at acquire, align 4
  %stopped = icmp ne i32 %stop, 0
  br i1 %stopped, label %leave, label %patience

patience:
  %tired = icmp ugt i32 %spins, 8192
  br i1 %tired, label %sleep, label %wait

wait:
  call void {PAUSE}
  %spins.more = add i32 %spins, 1
  br label %spin

; The futex returns at once if the state is no longer what was seen above, so no job is missed: whoever posts one changes the state
; first and looks for sleepers second.
sleep:
  %before = atomicrmw add ptr %asleep.at, i32 1 seq_cst
  %woken = call i64 (i64, ...) @syscall(i64 {FUTEX}, ptr %state.at, i32 128, i32 %state, ptr null)
  %after = atomicrmw sub ptr %asleep.at, i32 1 seq_cst
  br label %spin

join:
  %joined = add i32 %state, 1
  %swap = cmpxchg ptr %state.at, i32 %state, i32 %joined acq_rel monotonic
  %success = extractvalue { i32, i1 } %swap, 1
  br i1 %success, label %work, label %wait

work:
  call void @share(ptr %model)
  %finished = atomicrmw add ptr %done.at, i32 1 release
  br label %spin

leave:
  ret ptr null
}

define internal void @wake(ptr %model) {
entry:
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %woken = call i64 (i64, ...) @syscall(i64 {FUTEX}, ptr %state.at, i32 129, i32 2147483647)
  ret void
}

; Runs one kernel on all threads. A worker that is asleep or has no core joins late or not at all; nobody waits for it.
define internal void @parallel(ptr %model, ptr %kernel, ptr %arguments, i64 %turns) {
entry:
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %next.at = getelementptr %model, ptr %model, i64 0, i32 8
  %done.at = getelementptr %model, ptr %model, i64 0, i32 10
  %asleep.at = getelementptr %model, ptr %model, i64 0, i32 12
  %kernel.at = getelementptr %model, ptr %model, i64 0, i32 14
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 15
  %turns.at = getelementptr %model, ptr %model, i64 0, i32 16
  %chunk.at = getelementptr %model, ptr %model, i64 0, i32 17
  store ptr %kernel, ptr %kernel.at
  store ptr %arguments, ptr %arguments.at
  store i64 %turns, ptr %turns.at
  ; About four portions a thread: few enough to be cheap, enough to even out a thread that is held up.
  %threads = load i64, ptr %threads.at
  %portions = mul i64 %threads, 4
  %quotient = udiv i64 %turns, %portions
  %none = icmp eq i64 %quotient, 0
  %chunk = select i1 %none, i64 1, i64 %quotient
  store i64 %chunk, ptr %chunk.at
  store atomic i64 0, ptr %next.at monotonic, align 8
  store atomic i32 0, ptr %done.at monotonic, align 4
  %last = load atomic i32, ptr %state.at monotonic, align 4
  %last.number = and i32 %last, -512
  %number = add i32 %last.number, 512
  %posted = or i32 %number, 256
  store atomic i32 %posted, ptr %state.at seq_cst, align 4
  %asleep = load atomic i32, ptr %asleep.at seq_cst, align 4
  %some = icmp ne i32 %asleep, 0
  br i1 %some, label %rouse, label %own

rouse:
  call void @wake(ptr %model)
  br label %own

own:
  call void @share(ptr %model)
  br label %close

close:
  %state = load atomic i32, ptr %state.at monotonic, align 4
  %closed = and i32 %state, -257
  %swap = cmpxchg ptr %state.at, i32 %state, i32 %closed acq_rel monotonic
  %success = extractvalue { i32, i1 } %swap, 1
  br i1 %success, label %count, label %close

count:
  %joined = and i32 %state, 255
  br label %await

await:
  %spins = phi i32 [ 0, %count ], [ %spins.more, %again ], [ 0, %give.way ]
  %done = load atomic i32, ptr %done.at acquire, align 4
  %all = icmp eq i32 %done, %joined
  br i1 %all, label %finish, label %patience

patience:
  %tired = icmp ugt i32 %spins, 4096
  br i1 %tired, label %give.way, label %again

again:
  call void {PAUSE}
  %spins.more = add i32 %spins, 1
  br label %await

; The worker that is not done may be waiting for this very core.
give.way:
  %yielded = call i32 @sched_yield()
  br label %await

finish:
  ret void
}

; ---- Data in and out -----------------------------------------------------------------------------------------------------------------------

; to[column][row] = from[row][column]
define internal void @turn(ptr %to, ptr %from, i64 %rows, i64 %columns) {
entry:
  %one.row = icmp eq i64 %rows, 1
  %one.column = icmp eq i64 %columns, 1
  %same = or i1 %one.row, %one.column
  br i1 %same, label %copy, label %column

copy:
  %count = mul i64 %rows, %columns
  %bytes = shl i64 %count, 2
  %copied = call ptr @memcpy(ptr %to, ptr %from, i64 %bytes)
  ret void

column:
  %c = phi i64 [ 0, %entry ], [ %c.next, %column.end ]
  %to.column = mul i64 %c, %rows
  br label %row

row:
  %r = phi i64 [ 0, %column ], [ %r.next, %row ]
  %from.row = mul i64 %r, %columns
  %from.index = add i64 %from.row, %c
  %from.at = getelementptr float, ptr %from, i64 %from.index
  %value = load float, ptr %from.at
  %to.index = add i64 %to.column, %r
  %to.at = getelementptr float, ptr %to, i64 %to.index
  store float %value, ptr %to.at
  %r.next = add i64 %r, 1
  %r.more = icmp slt i64 %r.next, %rows
  br i1 %r.more, label %row, label %column.end

column.end:
  %c.next = add i64 %c, 1
  %c.more = icmp slt i64 %c.next, %columns
  br i1 %c.more, label %column, label %done

done:
  ret void
}

; The caller's image has no alignment and nothing readable behind it: it is copied, as it is or turned to channels last.
define internal void @take(ptr %workspace, ptr %in) {
entry:
  %rows = load i64, ptr getelementptr (%transfer, ptr @cprune_input, i64 0, i32 0)
  %columns = load i64, ptr getelementptr (%transfer, ptr @cprune_input, i64 0, i32 1)
  %given = load i64, ptr getelementptr (%transfer, ptr @cprune_input, i64 0, i32 2)
  %turned = load i64, ptr getelementptr (%transfer, ptr @cprune_input, i64 0, i32 3)
  %any.given = icmp sge i64 %given, 0
  br i1 %any.given, label %copy, label %next

copy:
  %count = mul i64 %rows, %columns
  %bytes = shl i64 %count, 2
  %copy.at = getelementptr i8, ptr %workspace, i64 %given
  %copied = call ptr @memcpy(ptr %copy.at, ptr %in, i64 %bytes)
  br label %next

next:
  %any.turned = icmp sge i64 %turned, 0
  br i1 %any.turned, label %turn, label %done

turn:
  %turn.at = getelementptr i8, ptr %workspace, i64 %turned
  call void @turn(ptr %turn.at, ptr %in, i64 %rows, i64 %columns)
  br label %done

done:
  ret void
}

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

; ---- What applications call ----------------------------------------------------------------------------------------------------------------

; Runs one image. Where %seconds is not null it receives the time of each kernel.
define void @cprune_model_profile(ptr %model, ptr %in, ptr %out, ptr %seconds) {
entry:
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 1
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %workspace = load ptr, ptr %model
  %arguments = load ptr, ptr %arguments.at
  %threads = load i64, ptr %threads.at
  %alone = icmp eq i64 %threads, 1
  %count = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 2)
  %timed = icmp ne ptr %seconds, null
  call void @take(ptr %workspace, ptr %in)
  br label %loop

loop:
  %k = phi i64 [ 0, %entry ], [ %k.next, %ran ]
  %more = icmp slt i64 %k, %count
  br i1 %more, label %kernel, label %give

kernel:
  %function.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 0
  %turns.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 1
  %first.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 2
  %function = load ptr, ptr %function.at
  %turns.signed = load i64, ptr %turns.at
  %first = load i64, ptr %first.at
  %buffers = getelementptr ptr, ptr %arguments, i64 %first
  %k.next = add i64 %k, 1
  br i1 %timed, label %start, label %choose

start:
  %begin = call double @now()
  br label %choose

choose:
  %since = phi double [ 0.0, %kernel ], [ %begin, %start ]
  ; A negative number of turns: too little work to share.
  %small = icmp slt i64 %turns.signed, 0
  %turns.positive = sub i64 0, %turns.signed
  %turns = select i1 %small, i64 %turns.positive, i64 %turns.signed
  %single = icmp eq i64 %turns, 1
  %inline.1 = or i1 %alone, %small
  %inline = or i1 %inline.1, %single
  br i1 %inline, label %here, label %everywhere

here:
  call void %function(ptr %buffers, i64 0, i64 %turns)
  br label %end

everywhere:
  call void @parallel(ptr %model, ptr %function, ptr %buffers, i64 %turns)
  br label %end

end:
  br i1 %timed, label %stop, label %ran

stop:
  %finish = call double @now()
  %elapsed = fsub double %finish, %since
  %seconds.at = getelementptr double, ptr %seconds, i64 %k
  store double %elapsed, ptr %seconds.at
  br label %ran

ran:
  br label %loop

give:
  %rows = load i64, ptr getelementptr (%transfer, ptr @cprune_output, i64 0, i32 0)
  %columns = load i64, ptr getelementptr (%transfer, ptr @cprune_output, i64 0, i32 1)
  %result = load i64, ptr getelementptr (%transfer, ptr @cprune_output, i64 0, i32 3)
  %result.at = getelementptr i8, ptr %workspace, i64 %result
  call void @turn(ptr %out, ptr %result.at, i64 %rows, i64 %columns)
  ret void
}

define void @cprune_model_run(ptr %model, ptr %in, ptr %out) {
entry:
  call void @cprune_model_profile(ptr %model, ptr %in, ptr %out, ptr null)
  ret void
}

; %wanted threads, or for 0 and less the number the model was tuned for; at most 255. Null when memory is short. Where the system gives
; fewer threads the model runs on those.
define ptr @cprune_model_create(i32 %wanted) {
entry:
  %workspace.bytes = load i64, ptr @cprune_sizes
  %argument.count = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 1)
  %tuned = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 3)
  %wanted.wide = sext i32 %wanted to i64
  %given = icmp sgt i32 %wanted, 0
  %asked = select i1 %given, i64 %wanted.wide, i64 %tuned
  %many = icmp sgt i64 %asked, 255
  %threads = select i1 %many, i64 255, i64 %asked
  %model = call ptr @aligned_alloc(i64 64, i64 384)
  %workspace = call ptr @aligned_alloc(i64 64, i64 %workspace.bytes)
  %arguments = call ptr @calloc(i64 %argument.count, i64 8)
  %ids = call ptr @calloc(i64 %threads, i64 8)
  %no.model = icmp eq ptr %model, null
  %no.workspace = icmp eq ptr %workspace, null
  %no.arguments = icmp eq ptr %arguments, null
  %no.ids = icmp eq ptr %ids, null
  %lack.1 = or i1 %no.model, %no.workspace
  %lack.2 = or i1 %no.arguments, %no.ids
  %lack = or i1 %lack.1, %lack.2
  br i1 %lack, label %fail, label %fill

fail:
  call void @free(ptr %model)
  call void @free(ptr %workspace)
  call void @free(ptr %arguments)
  call void @free(ptr %ids)
  ret ptr null

fill:
  %zeroed = call ptr @memset(ptr %model, i32 0, i64 384)
  %cleared = call ptr @memset(ptr %workspace, i32 0, i64 %workspace.bytes)
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 1
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %ids.at = getelementptr %model, ptr %model, i64 0, i32 3
  store ptr %workspace, ptr %model
  store ptr %arguments, ptr %arguments.at
  store ptr %ids, ptr %ids.at
  br label %resolve

resolve:
  %a = phi i64 [ 0, %fill ], [ %a.next, %resolve.one ]
  %a.more = icmp slt i64 %a, %argument.count
  br i1 %a.more, label %resolve.one, label %start

resolve.one:
  %entry.at = getelementptr [0 x i64], ptr @cprune_arguments, i64 0, i64 %a
  %offset = load i64, ptr %entry.at
  %kind = and i64 %offset, 1
  %constant = icmp ne i64 %kind, 0
  %base = select i1 %constant, ptr @cprune_weights, ptr %workspace
  %place = and i64 %offset, -2
  %address = getelementptr i8, ptr %base, i64 %place
  %slot = getelementptr ptr, ptr %arguments, i64 %a
  store ptr %address, ptr %slot
  %a.next = add i64 %a, 1
  br label %resolve

; The caller's thread is the first; the number counts up as workers come to life, and portions are sized by it.
start:
  store i64 1, ptr %threads.at
  br label %spawn

spawn:
  %w = phi i64 [ 1, %start ], [ %w.next, %spawned ]
  %w.more = icmp slt i64 %w, %threads
  br i1 %w.more, label %spawn.one, label %ready

spawn.one:
  %id.at = getelementptr i64, ptr %ids, i64 %w
  %status = call i32 @pthread_create(ptr %id.at, ptr null, ptr @worker, ptr %model)
  %success = icmp eq i32 %status, 0
  br i1 %success, label %spawned, label %ready

spawned:
  %w.next = add i64 %w, 1
  store i64 %w.next, ptr %threads.at
  br label %spawn

ready:
  ret ptr %model
}

define void @cprune_model_destroy(ptr %model) {
entry:
  %none = icmp eq ptr %model, null
  br i1 %none, label %done, label %stop

stop:
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 1
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %ids.at = getelementptr %model, ptr %model, i64 0, i32 3
  %stop.at = getelementptr %model, ptr %model, i64 0, i32 4
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %threads = load i64, ptr %threads.at
  %ids = load ptr, ptr %ids.at
  store atomic i32 1, ptr %stop.at seq_cst, align 4
  ; A new number without a job, so that a worker about to sleep does not.
  %before = atomicrmw add ptr %state.at, i32 512 seq_cst
  call void @wake(ptr %model)
  br label %join

join:
  %w = phi i64 [ 1, %stop ], [ %w.next, %join.one ]
  %more = icmp slt i64 %w, %threads
  br i1 %more, label %join.one, label %release

join.one:
  %id.at = getelementptr i64, ptr %ids, i64 %w
  %id = load i64, ptr %id.at
  %joined = call i32 @pthread_join(i64 %id, ptr null)
  %w.next = add i64 %w, 1
  br label %join

release:
  %workspace = load ptr, ptr %model
  %arguments = load ptr, ptr %arguments.at
  call void @free(ptr %workspace)
  call void @free(ptr %arguments)
  call void @free(ptr %ids)
  call void @free(ptr %model)
  br label %done

done:
  ret void
}

define i32 @cprune_model_threads(ptr %model) {
entry:
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %threads = load i64, ptr %threads.at
  %narrow = trunc i64 %threads to i32
  ret i32 %narrow
}

; Rank, then extents: the caller's array of four is filled and the rank returned.
define internal i32 @shape(ptr %table, ptr %extents) {
entry:
  %rank = load i64, ptr %table
  %from = getelementptr i64, ptr %table, i64 1
  %bytes = shl i64 %rank, 3
  %copied = call ptr @memcpy(ptr %extents, ptr %from, i64 %bytes)
  %narrow = trunc i64 %rank to i32
  ret i32 %narrow
}

define i32 @cprune_model_input_shape(ptr %extents) {
entry:
  %rank = call i32 @shape(ptr @cprune_input_shape, ptr %extents)
  ret i32 %rank
}

define i32 @cprune_model_output_shape(ptr %extents) {
entry:
  %rank = call i32 @shape(ptr @cprune_output_shape, ptr %extents)
  ret i32 %rank
}

define i32 @cprune_model_abi() {
entry:
  %version = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 4)
  %narrow = trunc i64 %version to i32
  ret i32 %narrow
}

define i32 @cprune_model_kernel_count() {
entry:
  %count = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 2)
  %narrow = trunc i64 %count to i32
  ret i32 %narrow
}

; What kernel %k computes, for people.
define ptr @cprune_model_kernel_name(i32 %k) {
entry:
  %index = sext i32 %k to i64
  %name.at = getelementptr [0 x ptr], ptr @cprune_names, i64 0, i64 %index
  %name = load ptr, ptr %name.at
  ret ptr %name
}
