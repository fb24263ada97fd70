; What applications call.

; Runs one image. Where %seconds is not null it receives the time of each kernel.
define void @cprune_model_profile(ptr %model, ptr %in, ptr %out, ptr %seconds) {
entry:
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 1
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 2
  %workspace = load ptr, ptr %model
  %arguments = load ptr, ptr %arguments.at
  %threads = load i64, ptr %threads.at
  %sharable = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 6)
  %one = icmp eq i64 %threads, 1
  %nothing = icmp eq i64 %sharable, 0
  %settled = or i1 %one, %nothing
  %count = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 2)
  %timed = icmp ne ptr %seconds, null
  br i1 %settled, label %ready, label %ask

ask:
  %image.begin = call double @now()
  %worth = call i1 @together(ptr %model)
  br label %ready

ready:
  %began = phi double [ 0.0, %entry ], [ %image.begin, %ask ]
  %together = phi i1 [ false, %entry ], [ %worth, %ask ]
  call void @take(ptr %workspace, ptr %in)
  br label %loop

loop:
  %k = phi i64 [ 0, %ready ], [ %k.next, %ran ]
  %more = icmp slt i64 %k, %count
  br i1 %more, label %kernel, label %give

kernel:
  %function.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 0
  %turns.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 1
  %first.at = getelementptr [0 x %kernel], ptr @cprune_kernels, i64 0, i64 %k, i32 2
  %function = load ptr, ptr %function.at
  %turns = load i64, ptr %turns.at
  %first = load i64, ptr %first.at
  %buffers = getelementptr ptr, ptr %arguments, i64 %first
  %k.next = add i64 %k, 1
  br i1 %timed, label %start, label %choose

start:
  %begin = call double @now()
  br label %choose

choose:
  %since = phi double [ 0.0, %kernel ], [ %begin, %start ]
  %single = icmp eq i64 %turns, 1
  %several = xor i1 %single, true
  %shared = and i1 %together, %several
  br i1 %shared, label %everywhere, label %here

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
  br i1 %settled, label %return, label %note

note:
  call void @judge(ptr %model, i1 %together, double %began)
  br label %return

return:
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
  %workspace = call ptr @memory.take(i64 %workspace.bytes)
  %arguments = call ptr @calloc(i64 %argument.count, i64 8)
  %thread.bytes = mul i64 %threads, 128
  %records = call ptr @aligned_alloc(i64 64, i64 %thread.bytes)
  %no.model = icmp eq ptr %model, null
  %no.workspace = icmp eq ptr %workspace, null
  %no.arguments = icmp eq ptr %arguments, null
  %no.records = icmp eq ptr %records, null
  %lack.1 = or i1 %no.model, %no.workspace
  %lack.2 = or i1 %no.arguments, %no.records
  %lack = or i1 %lack.1, %lack.2
  br i1 %lack, label %fail, label %fill

fail:
  call void @free(ptr %model)
  call void @memory.give(ptr %workspace, i64 %workspace.bytes)
  call void @free(ptr %arguments)
  call void @free(ptr %records)
  ret ptr null

fill:
  %zeroed = call ptr @memset(ptr %model, i32 0, i64 384)
  %cleared = call ptr @memset(ptr %workspace, i32 0, i64 %workspace.bytes)
  %blank = call ptr @memset(ptr %records, i32 0, i64 %thread.bytes)
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 1
  %count.at = getelementptr %model, ptr %model, i64 0, i32 2
  %records.at = getelementptr %model, ptr %model, i64 0, i32 3
  store ptr %workspace, ptr %model
  store ptr %arguments, ptr %arguments.at
  store ptr %records, ptr %records.at
  %weights = call ptr @weights.take()
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
  %base = select i1 %constant, ptr %weights, ptr %workspace
  %place = and i64 %offset, -2
  %address = getelementptr i8, ptr %base, i64 %place
  %slot = getelementptr ptr, ptr %arguments, i64 %a
  store ptr %address, ptr %slot
  %a.next = add i64 %a, 1
  br label %resolve

; The caller's thread is the first; the number counts up as workers come to life.
start:
  store i64 1, ptr %count.at
  br label %spawn

spawn:
  %w = phi i64 [ 1, %start ], [ %w.next, %spawned ]
  %w.more = icmp slt i64 %w, %threads
  br i1 %w.more, label %spawn.one, label %ready

spawn.one:
  %record = getelementptr %thread, ptr %records, i64 %w
  %place.at = getelementptr %thread, ptr %record, i64 0, i32 1
  %id.at = getelementptr %thread, ptr %record, i64 0, i32 2
  store ptr %model, ptr %record
  store i64 %w, ptr %place.at
  %status = call i32 @pthread_create(ptr %id.at, ptr null, ptr @worker, ptr %record)
  %success = icmp eq i32 %status, 0
  br i1 %success, label %spawned, label %ready

spawned:
  %w.next = add i64 %w, 1
  store i64 %w.next, ptr %count.at
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
  %records.at = getelementptr %model, ptr %model, i64 0, i32 3
  %stop.at = getelementptr %model, ptr %model, i64 0, i32 4
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %threads = load i64, ptr %threads.at
  %records = load ptr, ptr %records.at
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
  %id.at = getelementptr %thread, ptr %records, i64 %w, i32 2
  %id = load i64, ptr %id.at
  %joined = call i32 @pthread_join(i64 %id, ptr null)
  %w.next = add i64 %w, 1
  br label %join

release:
  %workspace = load ptr, ptr %model
  %arguments = load ptr, ptr %arguments.at
  %workspace.bytes = load i64, ptr @cprune_sizes
  call void @memory.give(ptr %workspace, i64 %workspace.bytes)
  call void @weights.give()
  call void @free(ptr %arguments)
  call void @free(ptr %records)
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
