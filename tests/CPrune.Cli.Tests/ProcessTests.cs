using System.Diagnostics;
using System.Runtime.Versioning;

namespace CPrune.Cli.Tests;

/// <summary>The program itself, in a process of its own.</summary>
[UnsupportedOSPlatform("windows")]
public class ProcessTests
{
    [Theory]
    [InlineData(0, "0.1.0\n", "", "--version")]
    [InlineData(2, "", "error: 'fly' is no command or option here (see 'cprune --help')\n", "fly")]
    [InlineData(3, "", "error: there is no file 'missing.onnx'; give the path of an ONNX model\n", "inspect", "missing.onnx")]
    public async Task Exit_codes_and_streams_are_those_of_the_commands(int code, string output, string error, params string[] arguments) =>
        Assert.Equal(new CliResult(code, output, error), await RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "cprune.dll"), .. arguments]));

    [Theory]
    [InlineData("cprune")]
    [InlineData("test")]
    [InlineData("eng/shell.sh")]
    [InlineData(".ci/run")]
    [InlineData("bench/models")]
    [InlineData("bench/staircase")]
    [InlineData("bench/tuning")]
    public async Task Scripts_are_sound_bash(string script) =>
        Assert.Equal(new CliResult(0, "", ""), await RunAsync("bash", ["-n", Path.Combine(Root(), script)]));

    /// <summary>What the build stamp is made of follows content, not dates.</summary>
    [Fact]
    public async Task The_fingerprint_of_sources_changes_with_their_content_only()
    {
        var folder = Directory.CreateTempSubdirectory("cprune-stamp-");
        try
        {
            foreach (var name in (string[])["Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"])
                File.WriteAllText(Path.Combine(folder.FullName, name), "");
            var source = Path.Combine(folder.CreateSubdirectory("src").FullName, "A.cs");
            File.WriteAllText(source, "one");
            var first = await FingerprintAsync(folder.FullName);

            File.SetLastWriteTimeUtc(source, new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            Directory.CreateDirectory(Path.Combine(folder.FullName, "src", "obj"));
            File.WriteAllText(Path.Combine(folder.FullName, "src", "obj", "built.txt"), "");
            Assert.Equal(first, await FingerprintAsync(folder.FullName));

            File.WriteAllText(source, "two");
            Assert.NotEqual(first, await FingerprintAsync(folder.FullName));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>On a machine that has nothing, with an archive that lacks LLVM 19: the next version is installed, after saying so.</summary>
    [Fact]
    public async Task Missing_prerequisites_are_installed_in_a_version_that_the_archive_has()
    {
        var (result, commands) = await OnABareMachineAsync("install_prerequisites");
        Assert.Equal(new CliResult(0, "", "Installing libllvm lld libgomp1 with apt-get.\n"), result);
        Assert.Equal(["update -qq", "install -y -qq --no-install-recommends libllvm20 lld-20 libgomp1"], commands);
    }

    /// <summary>What the tests of AArch64 code run under.</summary>
    [Fact]
    public async Task A_missing_emulator_is_installed_with_the_C_library_that_it_wants()
    {
        var (result, commands) = await OnABareMachineAsync("install_emulator");
        Assert.Equal(new CliResult(0, "", "Installing qemu-user-static libc6-arm64-cross with apt-get.\n"), result);
        Assert.Equal(["update -qq", "install -y -qq --no-install-recommends qemu-user-static libc6-arm64-cross"], commands);
    }

    /// <summary>Runs a function of the scripts where nothing is installed and the archive lacks LLVM 19; gives what it said and asked apt-get for.</summary>
    private static async Task<(CliResult Result, string[] Commands)> OnABareMachineAsync(string function)
    {
        var tools = Directory.CreateTempSubdirectory("cprune-tools-");
        try
        {
            foreach (var name in (string[])["bash", "grep", "env", "tail", "rm", "cat"])
                File.CreateSymbolicLink(Path.Combine(tools.FullName, name), Path.Combine("/usr/bin", name));
            var log = Path.Combine(tools.FullName, "log");
            Script("ldconfig", "exit 0");
            Script("id", "echo 0");
            Script("uname", "echo x86_64");
            Script("apt-cache", "case $2 in *20) exit 0 ;; *) exit 1 ;; esac");
            Script("apt-get", $"echo \"$@\" >>{log}");

            var result = await RunAsync(
                "bash", ["-ec", $"unset CPRUNE_LLVM CPRUNE_LLD; root=/; . '{Path.Combine(Root(), "eng/shell.sh")}'; PATH='{tools.FullName}'; arm64_libc=/nothing; {function}"]);
            return (result, File.ReadAllLines(log));
        }
        finally
        {
            tools.Delete(recursive: true);
        }

        void Script(string name, string body)
        {
            var path = Path.Combine(tools.FullName, name);
            File.WriteAllText(path, $"#!/usr/bin/env bash\n{body}\n");
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public async Task The_heap_that_training_keeps_is_one_that_the_C_library_knows()
    {
        const string Loader = "/lib64/ld-linux-x86-64.so.2";
        if (!File.Exists(Loader) || !(await RunAsync(Loader, ["--list-tunables"])).Out.Contains("glibc.malloc.hugetlb")) Assert.Skip("needs glibc 2.35 or later, on x86-64");
        var shell = $"root=/; . '{Path.Combine(Root(), "eng/shell.sh")}'";

        var kept = await RunAsync("bash", ["-ec", $"unset GLIBC_TUNABLES; {shell}; keep_heap; {Loader} --list-tunables | grep malloc"]);
        Assert.Equal((0, ""), (kept.ExitCode, kept.Error));
        Assert.Contains("glibc.malloc.arena_max: 0x1 ", kept.Out);
        Assert.Contains("glibc.malloc.trim_threshold: 0x200000000 ", kept.Out);
        Assert.Contains("glibc.malloc.hugetlb: 0x1 ", kept.Out);

        var own = await RunAsync("bash", ["-ec", $"export GLIBC_TUNABLES=glibc.malloc.perturb=1; {shell}; keep_heap; echo $GLIBC_TUNABLES"]);
        Assert.Equal("glibc.malloc.perturb=1\n", own.Out);
    }

    private static async Task<string> FingerprintAsync(string root)
    {
        var result = await RunAsync("bash", ["-ec", $"root='{root}'; . '{Path.Combine(Root(), "eng/shell.sh")}'; sources_fingerprint src models"]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Equal(65, result.Out.Length);
        return result.Out;
    }

    private static async Task<CliResult> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new CliResult(process.ExitCode, await output, await error);
    }

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "CPrune.slnx"))) return folder;
        throw new InvalidOperationException("CPrune.slnx is in no folder above the tests");
    }
}
