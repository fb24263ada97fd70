; Whether an image is worth more than one thread. That cannot be known beforehand: what it costs to wake a thread and to pass data between two
; cores, and whether there is a second core at all, differs from machine to machine and from minute to minute. So each image is timed. What it
; takes alone is learned from the first three and from every 256th. When an image on all threads takes longer than that, the next ones run
; alone until that has taken eight times as long as was lost; twice as long when it happens again, up to 1024 times.

; Whether the next image is to be run on all threads.
define internal i1 @together(ptr %model) {
entry:
  %images.at = getelementptr %model, ptr %model, i64 0, i32 15
  %left.at = getelementptr %model, ptr %model, i64 0, i32 17
  %images = load i64, ptr %images.at
  %images.next = add i64 %images, 1
  store i64 %images.next, ptr %images.at
  %left = load double, ptr %left.at
  %new = icmp ult i64 %images, 3
  %turn = and i64 %images, 255
  %renew = icmp eq i64 %turn, 0
  %learn = or i1 %new, %renew
  %over = fcmp ole double %left, 0.0
  %together = select i1 %learn, i1 false, i1 %over
  ret i1 %together
}

; Takes note of an image that began at %begin and has ended.
define internal void @judge(ptr %model, i1 %together, double %begin) {
entry:
  %alone.at = getelementptr %model, ptr %model, i64 0, i32 16
  %left.at = getelementptr %model, ptr %model, i64 0, i32 17
  %factor.at = getelementptr %model, ptr %model, i64 0, i32 18
  %end = call double @now()
  %took = fsub double %end, %begin
  %alone = load double, ptr %alone.at
  br i1 %together, label %compare, label %learn

; The machine's best: what befalls one image does not change it much.
learn:
  %unknown = fcmp oeq double %alone, 0.0
  %better = fcmp olt double %took, %alone
  %replace = or i1 %unknown, %better
  %twice = fmul double %alone, 2.0
  %off = fcmp ogt double %took, %twice
  %capped = select i1 %off, double %twice, double %took
  %difference = fsub double %capped, %alone
  %step = fmul double %difference, 0.0625
  %raised = fadd double %alone, %step
  %alone.next = select i1 %replace, double %took, double %raised
  store double %alone.next, ptr %alone.at
  %left = load double, ptr %left.at
  %left.next = fsub double %left, %took
  %over = fcmp olt double %left.next, 0.0
  %left.kept = select i1 %over, double 0.0, double %left.next
  store double %left.kept, ptr %left.at
  ret void

compare:
  %factor.stored = load double, ptr %factor.at
  %low = fcmp olt double %factor.stored, 8.0
  %factor = select i1 %low, double 8.0, double %factor.stored
  %lost = fsub double %took, %alone
  %slower = fcmp ogt double %lost, 0.0
  br i1 %slower, label %pause, label %relax

pause:
  %pause.time = fmul double %lost, %factor
  store double %pause.time, ptr %left.at
  %factor.double = fmul double %factor, 2.0
  %high = fcmp ogt double %factor.double, 1024.0
  %factor.up = select i1 %high, double 1024.0, double %factor.double
  store double %factor.up, ptr %factor.at
  ret void

relax:
  %factor.down = fmul double %factor, 0.5
  store double %factor.down, ptr %factor.at
  ret void
}
