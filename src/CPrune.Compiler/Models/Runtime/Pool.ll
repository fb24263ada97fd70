; The thread pool.

; Works at the current job. Every thread has its own share of the turns, the same one for each kernel of as many turns, so that it finds in its
; cache what it wrote before; whoever is through with his own helps the others.
define internal void @share(ptr %model, i64 %self) {
entry:
  %count.at = getelementptr %model, ptr %model, i64 0, i32 2
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 3
  %kernel.at = getelementptr %model, ptr %model, i64 0, i32 12
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 13
  %turns.at = getelementptr %model, ptr %model, i64 0, i32 14
  %count = load i64, ptr %count.at
  %threads = load ptr, ptr %threads.at
  %kernel = load ptr, ptr %kernel.at
  %arguments = load ptr, ptr %arguments.at
  %turns = load i64, ptr %turns.at
  br label %visit

visit:
  %visited = phi i64 [ 0, %entry ], [ %visited.next, %leave ]
  %open = icmp slt i64 %visited, %count
  br i1 %open, label %range, label %done

range:
  %ahead = add i64 %self, %visited
  %around = sub i64 %ahead, %count
  %wraps = icmp sge i64 %around, 0
  %owner = select i1 %wraps, i64 %around, i64 %ahead
  %next.at = getelementptr %thread, ptr %threads, i64 %owner, i32 4
  %first = call i64 @share.begin(i64 %owner, i64 %turns, i64 %count)
  %owner.next = add i64 %owner, 1
  %end = call i64 @share.begin(i64 %owner.next, i64 %turns, i64 %count)
  ; In four portions, so that there is something to help with.
  %size = sub i64 %end, %first
  %quarter = udiv i64 %size, 4
  %none = icmp eq i64 %quarter, 0
  %portion = select i1 %none, i64 1, i64 %quarter
  br label %take

take:
  %begin = atomicrmw add ptr %next.at, i64 %portion monotonic
  %left = icmp slt i64 %begin, %end
  br i1 %left, label %work, label %leave

work:
  %reach = add i64 %begin, %portion
  %short = icmp slt i64 %reach, %end
  %stop = select i1 %short, i64 %reach, i64 %end
  call void %kernel(ptr %arguments, i64 %begin, i64 %stop)
  br label %take

leave:
  %visited.next = add i64 %visited, 1
  br label %visit

done:
  ret void
}

; Where the share of thread %owner of %count begins.
define internal i64 @share.begin(i64 %owner, i64 %turns, i64 %count) {
entry:
  %product = mul i64 %owner, %turns
  %begin = udiv i64 %product, %count
  ret i64 %begin
}

; A worker: waits for a job it has not seen, joins it if it is still open, and does its share. It spins, because a model's kernels and often its
; images follow each other closely and waking a sleeper takes long; after 50 microseconds it lets others have the core in between, the caller's
; thread among them where they share one; after half a millisecond it sleeps, because a model may rest.
define internal ptr @worker(ptr %thread) {
entry:
  %self.at = getelementptr %thread, ptr %thread, i64 0, i32 1
  %model = load ptr, ptr %thread
  %self = load i64, ptr %self.at
  %stop.at = getelementptr %model, ptr %model, i64 0, i32 4
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %done.at = getelementptr %model, ptr %model, i64 0, i32 8
  %asleep.at = getelementptr %model, ptr %model, i64 0, i32 10
  br label %spin

spin:
  %seen = phi i32 [ 0, %entry ], [ %seen, %wait ], [ %seen, %sleep ], [ %number, %work ]
  %spins = phi i32 [ 0, %entry ], [ %spins.more, %wait ], [ 0, %sleep ], [ 0, %work ]
  %since = phi double [ 0.0, %entry ], [ %since.kept, %wait ], [ 0.0, %sleep ], [ 0.0, %work ]
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

; Reading the clock costs more than a look at the state, so it is read now and then.
patience:
  %phase = and i32 %spins, 63
  %due = icmp eq i32 %phase, 0
  br i1 %due, label %clock, label %wait

clock:
  %time = call double @now()
  %first = icmp eq i32 %spins, 0
  %since.new = select i1 %first, double %time, double %since
  %waited = fsub double %time, %since.new
  %tired = fcmp ogt double %waited, 5.0e-4
  br i1 %tired, label %sleep, label %awake

awake:
  %long = fcmp ogt double %waited, 5.0e-5
  br i1 %long, label %give.way, label %wait

give.way:
  %yielded = call i32 @sched_yield()
  br label %wait

wait:
  %since.kept = phi double [ %since, %patience ], [ %since.new, %awake ], [ %since.new, %give.way ], [ %since, %join ]
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
  call void @share(ptr %model, i64 %self)
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
  %count.at = getelementptr %model, ptr %model, i64 0, i32 2
  %threads.at = getelementptr %model, ptr %model, i64 0, i32 3
  %state.at = getelementptr %model, ptr %model, i64 0, i32 6
  %done.at = getelementptr %model, ptr %model, i64 0, i32 8
  %asleep.at = getelementptr %model, ptr %model, i64 0, i32 10
  %kernel.at = getelementptr %model, ptr %model, i64 0, i32 12
  %arguments.at = getelementptr %model, ptr %model, i64 0, i32 13
  %turns.at = getelementptr %model, ptr %model, i64 0, i32 14
  store ptr %kernel, ptr %kernel.at
  store ptr %arguments, ptr %arguments.at
  store i64 %turns, ptr %turns.at
  %count = load i64, ptr %count.at
  %threads = load ptr, ptr %threads.at
  br label %deal

deal:
  %t = phi i64 [ 0, %entry ], [ %t.next, %deal ]
  %begin = call i64 @share.begin(i64 %t, i64 %turns, i64 %count)
  %next.at = getelementptr %thread, ptr %threads, i64 %t, i32 4
  store atomic i64 %begin, ptr %next.at monotonic, align 8
  %t.next = add i64 %t, 1
  %t.more = icmp slt i64 %t.next, %count
  br i1 %t.more, label %deal, label %post

post:
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
  call void @share(ptr %model, i64 0)
  br label %close

close:
  %state = load atomic i32, ptr %state.at monotonic, align 4
  %closed = and i32 %state, -257
  %swap = cmpxchg ptr %state.at, i32 %state, i32 %closed acq_rel monotonic
  %success = extractvalue { i32, i1 } %swap, 1
  br i1 %success, label %tally, label %close

tally:
  %joined = and i32 %state, 255
  %done.already = load atomic i32, ptr %done.at acquire, align 4
  %complete = icmp eq i32 %done.already, %joined
  br i1 %complete, label %finish, label %outstanding

; A worker that runs has not much left to do. One that lost its core in the middle of its work must be waited for, for as long as the system
; pleases; it may be waiting for this very core.
outstanding:
  %waiting.since = call double @now()
  br label %await

await:
  %spins = phi i32 [ 0, %outstanding ], [ %spins.more, %again ], [ 0, %give.way ]
  %done = load atomic i32, ptr %done.at acquire, align 4
  %all = icmp eq i32 %done, %joined
  br i1 %all, label %finish, label %patience

patience:
  %phase = and i32 %spins, 63
  %due = icmp eq i32 %phase, 0
  br i1 %due, label %clock, label %again

clock:
  %time = call double @now()
  %waited = fsub double %time, %waiting.since
  %long = fcmp ogt double %waited, 1.0e-4
  br i1 %long, label %give.way, label %again

again:
  call void {PAUSE}
  %spins.more = add i32 %spins, 1
  br label %await

give.way:
  %yielded = call i32 @sched_yield()
  br label %await

finish:
  ret void
}
