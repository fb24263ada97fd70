# Shared by ./cprune and ./test. Sourced, not run; needs bash, and $root set to the repository.

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
artifacts="$root/artifacts"

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $1"; exit "${2:-1}"; }

require_sdk() {
    command -v dotnet >/dev/null || die "the .NET 10 SDK is not installed: see https://dotnet.microsoft.com/download (or apt-get install dotnet-sdk-10.0)"
    [ "$(cd "$root" && dotnet --version 2>/dev/null | cut -d. -f1)" = 10 ] || die "the .NET 10 SDK is needed; 'dotnet --list-sdks' shows: $(dotnet --list-sdks | tr '\n' ' ')"
}

# The versions the compiler accepts, best first. Keep in step with src/CPrune.Compiler/Llvm.
llvm_versions="19 20 18"

# Where Debian's package libc6-arm64-cross puts AArch64's C library.
arm64_libc=/usr/aarch64-linux-gnu/lib/libc.so.6

ldconfig_lists() { PATH="$PATH:/usr/sbin:/sbin" ldconfig -p 2>/dev/null | grep -q "$1"; }

have_llvm() {
    [ -n "${CPRUNE_LLVM:-}" ] && return 0
    local v
    for v in $llvm_versions; do ldconfig_lists "libLLVM\(-$v\.so\|\.so\.$v\)" && return 0; done
    return 1
}

have_lld() {
    [ -n "${CPRUNE_LLD:-}" ] && return 0
    local v
    for v in $llvm_versions; do command -v "ld.lld-$v" >/dev/null && return 0; done
    command -v ld.lld >/dev/null
}

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }

# apt_can NAMES…: readies apt-get for installing them. Returns 1, and says why, where it cannot be used.
apt_can() {
    if ! command -v apt-get >/dev/null; then
        say "note: $* not found, and this is no apt system"
        return 1
    fi
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        say "note: $* not found, and neither root nor sudo to install them with"
        return 1
    fi
    say "Installing $* with apt-get$([ "$(id -u)" = 0 ] || printf ' (sudo)')."
    as_root apt-get update -qq >&2 || say "note: apt-get update failed; trying with the package lists as they are"
}

apt_install() {
    local log="${TMPDIR:-/tmp}/cprune-apt.$$"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >"$log" 2>&1 ||
        { tail -n 20 "$log" >&2; say "note: apt-get install $* failed"; return 1; }
    rm -f "$log"
}

# Installs what is missing of LLVM, its linker and the OpenMP runtime of the cost model. Says so first. Returns 1 where that is not possible.
install_prerequisites() {
    local missing=()
    have_llvm || missing+=(libllvm)
    have_lld || missing+=(lld)
    ldconfig_lists 'libgomp\.so\.1' || missing+=(libgomp1)
    [ ${#missing[@]} = 0 ] && return 0
    apt_can "${missing[@]}" || { say "note: install libllvm19, lld-19 and libgomp1 yourself, or set CPRUNE_LLVM and CPRUNE_LLD to their files"; return 1; }

    local version='' v
    for v in $llvm_versions; do
        if apt-cache show "libllvm$v" >/dev/null 2>&1 && apt-cache show "lld-$v" >/dev/null 2>&1; then version=$v; break; fi
    done
    local packages=() name
    for name in "${missing[@]}"; do
        case $name in
            libgomp1) packages+=(libgomp1) ;;
            *) [ -n "$version" ] || { say "note: the archive has none of libllvm{${llvm_versions// /,}}: add https://apt.llvm.org or set CPRUNE_LLVM and CPRUNE_LLD"; return 1; }
               [ "$name" = lld ] && packages+=("lld-$version") || packages+=("libllvm$version") ;;
        esac
    done
    apt_install "${packages[@]}"
}

# Installs what runs AArch64 code here, for the tests: QEMU and that architecture's C library. Says so first. Returns 1 where that is not possible.
install_emulator() {
    [ "$(uname -m)" = aarch64 ] && return 0
    local missing=()
    command -v qemu-aarch64-static >/dev/null || command -v qemu-aarch64 >/dev/null || missing+=(qemu-user-static)
    [ -e "$arm64_libc" ] || missing+=(libc6-arm64-cross)
    [ ${#missing[@]} = 0 ] && return 0
    apt_can "${missing[@]}" && apt_install "${missing[@]}"
}

# Training allocates and frees images of many megabytes in every layer. In one heap of large pages that is never given back they need not be mapped and cleared each time;
# bench/training.md says what that gains. A value that is set already stays.
keep_heap() {
    export GLIBC_TUNABLES=${GLIBC_TUNABLES-glibc.malloc.arena_max=1:glibc.malloc.mmap_max=0:glibc.malloc.trim_threshold=8589934592:glibc.malloc.hugetlb=1}
}

# A fingerprint of everything that goes into a build of the folders given.
sources_fingerprint() {
    (cd "$root" && find $(for folder in "$@"; do [ ! -e "$root/$folder" ] || echo "$folder"; done) Directory.Build.props Directory.Packages.props global.json .editorconfig \
        \( -name bin -o -name obj \) -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# build TARGET STAMP FOLDERS…: builds in Release unless the stamp says that these sources are built. Safe when called concurrently.
build() {
    local target=$1 stamp="$artifacts/$2.stamp"; shift 2
    mkdir -p "$artifacts"
    exec 8>"$artifacts/build.lock"
    flock 8
    local fingerprint; fingerprint=$(sources_fingerprint "$@")
    if [ "$(cat "$stamp" 2>/dev/null)" != "$fingerprint" ]; then
        say "Building $(basename "$target") (first use or changed sources; under a minute after the packages are there)…"
        rm -f "$stamp"
        (cd "$root" && dotnet build "$target" -c Release -v quiet -nologo -p:NuGetAudit=false) >"$artifacts/build.log" 2>&1 8>&- ||
            { grep -E 'error|warning' "$artifacts/build.log" | sort -u | head -n 40 >&2; say "(full log: $artifacts/build.log)"; die "the build failed"; }
        printf '%s\n' "$fingerprint" >"$stamp"
    fi
    exec 8>&-
}
