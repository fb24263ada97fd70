; Data in and out.

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
