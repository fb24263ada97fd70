; Memory. What is large lies in pages of 2 MiB where the system has them (MADV_HUGEPAGE): streaming through weights then seldom waits for an
; address to be translated, however the file they come from lies in memory.

; Large is what fills such a page.
define internal i1 @is.large(i64 %bytes) {
entry:
  %large = icmp uge i64 %bytes, 2097152
  ret i1 %large
}

define internal i64 @whole.pages(i64 %bytes) {
entry:
  %more = add i64 %bytes, 2097151
  %whole = and i64 %more, -2097152
  ret i64 %whole
}

; At least %bytes on a cache line's begin; null when memory is short.
define internal ptr @memory.take(i64 %bytes) {
entry:
  %large = call i1 @is.large(i64 %bytes)
  br i1 %large, label %map, label %small

small:
  %plain = call ptr @aligned_alloc(i64 64, i64 %bytes)
  ret ptr %plain

; One page more than wanted, so that a page's begin is in it; what lies before it and behind the end goes back.
map:
  %whole = call i64 @whole.pages(i64 %bytes)
  %room = add i64 %whole, 2097152
  %begin = call ptr @mmap(ptr null, i64 %room, i32 3, i32 34, i32 -1, i64 0)
  %failed = icmp eq ptr %begin, inttoptr (i64 -1 to ptr)
  br i1 %failed, label %none, label %trim

none:
  ret ptr null

trim:
  %address = ptrtoint ptr %begin to i64
  %aligned = call i64 @whole.pages(i64 %address)
  %before = sub i64 %aligned, %address
  %behind = sub i64 2097152, %before
  %memory = getelementptr i8, ptr %begin, i64 %before
  %end = getelementptr i8, ptr %memory, i64 %whole
  %some = icmp ne i64 %before, 0
  br i1 %some, label %trim.before, label %trim.behind

trim.before:
  %gone.before = call i32 @munmap(ptr %begin, i64 %before)
  br label %trim.behind

; Where huge pages are switched off the advice is refused and small ones serve.
trim.behind:
  %gone.behind = call i32 @munmap(ptr %end, i64 %behind)
  %advised = call i32 @madvise(ptr %memory, i64 %whole, i32 14)
  ret ptr %memory
}

; Gives back what @memory.take gave for as many bytes; null is allowed.
define internal void @memory.give(ptr %memory, i64 %bytes) {
entry:
  %large = call i1 @is.large(i64 %bytes)
  br i1 %large, label %mapped, label %small

small:
  call void @free(ptr %memory)
  ret void

mapped:
  %none = icmp eq ptr %memory, null
  br i1 %none, label %done, label %unmap

unmap:
  %whole = call i64 @whole.pages(i64 %bytes)
  %gone = call i32 @munmap(ptr %memory, i64 %whole)
  br label %done

done:
  ret void
}

; The weights that all models in use share: a copy in large pages, or those of the library's file where they are small or memory is short.
; The mutex is as long as that of any C library, and zeros are its initial state.
@weights.mutex = internal global [8 x i64] zeroinitializer, align 64
@weights.users = internal global i64 0
@weights.shared = internal global ptr null

define internal ptr @weights.take() {
entry:
  %locked = call i32 @pthread_mutex_lock(ptr @weights.mutex)
  %users = load i64, ptr @weights.users
  %users.next = add i64 %users, 1
  store i64 %users.next, ptr @weights.users
  %first = icmp eq i64 %users, 0
  br i1 %first, label %choose, label %done

choose:
  %bytes = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 5)
  store ptr @cprune_weights, ptr @weights.shared
  %large = call i1 @is.large(i64 %bytes)
  br i1 %large, label %take, label %done

take:
  %copy = call ptr @memory.take(i64 %bytes)
  %short = icmp eq ptr %copy, null
  br i1 %short, label %done, label %copy.all

; The file's pages are not needed until the next copy is made; whole ones of up to 64 KiB may leave memory.
copy.all:
  %copied = call ptr @memcpy(ptr %copy, ptr @cprune_weights, i64 %bytes)
  store ptr %copy, ptr @weights.shared
  %address = ptrtoint ptr @cprune_weights to i64
  %address.up = add i64 %address, 65535
  %first.page = and i64 %address.up, -65536
  %end = add i64 %address, %bytes
  %end.page = and i64 %end, -65536
  %file = inttoptr i64 %first.page to ptr
  %file.bytes = sub i64 %end.page, %first.page
  %left = call i32 @madvise(ptr %file, i64 %file.bytes, i32 4)
  br label %done

done:
  %shared = load ptr, ptr @weights.shared
  %unlocked = call i32 @pthread_mutex_unlock(ptr @weights.mutex)
  ret ptr %shared
}

define internal void @weights.give() {
entry:
  %locked = call i32 @pthread_mutex_lock(ptr @weights.mutex)
  %users = load i64, ptr @weights.users
  %users.next = sub i64 %users, 1
  store i64 %users.next, ptr @weights.users
  %shared = load ptr, ptr @weights.shared
  %last = icmp eq i64 %users.next, 0
  %copied = icmp ne ptr %shared, @cprune_weights
  %give = and i1 %last, %copied
  br i1 %give, label %give.copy, label %done

give.copy:
  %bytes = load i64, ptr getelementptr (%sizes, ptr @cprune_sizes, i64 0, i32 5)
  call void @memory.give(ptr %shared, i64 %bytes)
  br label %done

done:
  %unlocked = call i32 @pthread_mutex_unlock(ptr @weights.mutex)
  ret void
}
