; Chains: kernels that run strip by strip (Chains/Chain.cs).

; Does parts [%begin, %end) of %parts. Members: kernel, first of its arguments behind those of the first member. Ranges: for every strip and
; member the turns [begin, end) it needs; what this call has done already is not done again.
define hidden void @cprune_chain(
    ptr %members, ptr %ranges, i64 %count, i64 %strips, i64 %parts, ptr %buffers, i64 %begin, i64 %end) {
entry:
  %reached = alloca i64, i64 %count
  %reached.bytes = shl i64 %count, 3
  %cleared = call ptr @memset(ptr %reached, i32 0, i64 %reached.bytes)
  %first.product = mul i64 %begin, %strips
  %first = udiv i64 %first.product, %parts
  %last.product = mul i64 %end, %strips
  %last = udiv i64 %last.product, %parts
  br label %strip

strip:
  %s = phi i64 [ %first, %entry ], [ %s.next, %strip.done ]
  %s.more = icmp slt i64 %s, %last
  br i1 %s.more, label %member, label %done

member:
  %m = phi i64 [ 0, %strip ], [ %m.next, %member.done ]
  %row = mul i64 %s, %count
  %place = add i64 %row, %m
  %from.at = getelementptr { i64, i64 }, ptr %ranges, i64 %place, i32 0
  %to.at = getelementptr { i64, i64 }, ptr %ranges, i64 %place, i32 1
  %reached.at = getelementptr i64, ptr %reached, i64 %m
  %from = load i64, ptr %from.at
  %to = load i64, ptr %to.at
  %so.far = load i64, ptr %reached.at
  %ahead = icmp sgt i64 %so.far, %from
  %start = select i1 %ahead, i64 %so.far, i64 %from
  %some = icmp slt i64 %start, %to
  br i1 %some, label %run, label %member.done

run:
  %kernel.at = getelementptr { ptr, i64 }, ptr %members, i64 %m, i32 0
  %arguments.at = getelementptr { ptr, i64 }, ptr %members, i64 %m, i32 1
  %kernel = load ptr, ptr %kernel.at
  %argument = load i64, ptr %arguments.at
  %own = getelementptr ptr, ptr %buffers, i64 %argument
  call void %kernel(ptr %own, i64 %start, i64 %to)
  store i64 %to, ptr %reached.at
  br label %member.done

member.done:
  %m.next = add i64 %m, 1
  %m.more = icmp slt i64 %m.next, %count
  br i1 %m.more, label %member, label %strip.done

strip.done:
  %s.next = add i64 %s, 1
  br label %strip

done:
  ret void
}
