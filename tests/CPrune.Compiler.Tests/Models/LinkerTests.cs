using System.Diagnostics;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Models;

public sealed class LinkerTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cprune-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Without_a_linker_the_message_says_what_to_install()
    {
        var error = Assert.Throws<UserErrorException>(() => Linker.Find(null, []));

        Assert.Equal(UserErrorKind.Target, error.Kind);
        Assert.Equal("no linker was found: install one with 'apt-get install lld-19'", error.Message);
    }

    [Fact]
    public void A_linker_that_was_asked_for_and_is_not_there_is_named() => Assert.Equal(
        "the linker 'no-such-ld' that CPRUNE_LLD names was not found: install it, or unset CPRUNE_LLD",
        Assert.Throws<UserErrorException>(() => Linker.Find("no-such-ld", ["/usr/bin"])).Message);

    [Theory]
    [InlineData("ld.lld-19")]
    [InlineData("lld-19")]
    [InlineData("ld.bfd")]
    [InlineData("ld.gold")]
    public void Each_known_linker_makes_a_library_that_works(string name)
    {
        if (!File.Exists(Path.Combine("/usr/bin", name))) Assert.Skip($"needs {name} in /usr/bin");
        var compiler = new ModelCompiler(TargetCatalog.Find("host", 2), linker: Linker.Find(name, ["/usr/bin"]));
        using var model = new CompiledModel(ModelPlan.Of(SmallGraphs.All["residual"]()), compiler, threads: 2);
        var input = Referee.Data(1, [.. model.Native.InputShape]);
        Referee.AssertClose(ReferenceEvaluator.Run(SmallGraphs.All["residual"](), input), model.Run(input), 1e-4);
    }

    [Fact]
    public void For_another_architecture_the_linkers_of_this_one_do_not_count()
    {
        Assert.Equal(
            "no linker for aarch64 was found: install one with 'apt-get install lld-19'",
            Assert.Throws<UserErrorException>(() => Linker.Find(null, FoldersWith("ld"), foreign: "aarch64")).Message);
        Assert.EndsWith("/aarch64-linux-gnu-ld", Linker.Find(null, FoldersWith("ld", "aarch64-linux-gnu-ld"), foreign: "aarch64").Path);
        Assert.EndsWith("/ld.lld", Linker.Find(null, FoldersWith("ld", "ld.lld"), foreign: "aarch64").Path);
    }

    [Fact]
    public void A_library_depends_on_nothing_and_exports_its_interface_only()
    {
        if (!File.Exists("/usr/bin/readelf")) Assert.Skip("needs readelf (binutils)");
        using var model = new CompiledModel(SmallGraphs.All["residual"]());

        var dynamic = ReadElf("-dW", model.SharedObject);
        Assert.DoesNotContain("(NEEDED)", dynamic);
        Assert.Contains("Library soname: [model.so]", dynamic);
        Assert.DoesNotContain("TEXTREL", dynamic);
        var exported = ReadElf("--dyn-syms -W", model.SharedObject).Split('\n')
            .Where(l => l.Contains("GLOBAL DEFAULT", StringComparison.Ordinal) && !l.Contains("UND", StringComparison.Ordinal))
            .Select(l => l.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^1]);
        Assert.Equal(
            [
                "cprune_model_abi", "cprune_model_create", "cprune_model_destroy", "cprune_model_input_shape", "cprune_model_kernel_count",
                "cprune_model_kernel_name", "cprune_model_output_shape", "cprune_model_profile", "cprune_model_run", "cprune_model_threads",
                "model_create", "model_destroy", "model_input_shape", "model_kernel_count", "model_kernel_name", "model_output_shape",
                "model_profile", "model_run", "model_threads",
            ], exported.Order(StringComparer.Ordinal));
    }

    private string[] FoldersWith(params string[] programs)
    {
        var folder = _folder.CreateSubdirectory(string.Join('+', programs)).FullName;
        foreach (var program in programs) File.WriteAllText(Path.Combine(folder, program), "");
        return [folder];
    }

    private static string ReadElf(string arguments, string file)
    {
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/readelf", $"{arguments} {file}") { RedirectStandardOutput = true })!;
        return process.StandardOutput.ReadToEnd();
    }
}
