using CPrune.Compiler.Llvm;
using CPrune.Compiler.Targets;
using CPrune.Graph;

namespace CPrune.Compiler.Tests.Llvm;

public class LlvmLibraryTests
{
    [Fact]
    public void A_missing_library_is_one_sentence_that_says_what_to_install()
    {
        var error = Assert.Throws<UserErrorException>(() => LlvmLibrary.Load(["libLLVM-missing.so", "libLLVM-missing-too.so"]));
        Assert.Equal(UserErrorKind.Target, error.Kind);
        Assert.Equal(
            "LLVM was not found (tried libLLVM-missing.so and 1 other names): install it with 'apt-get install libllvm19', or set CPRUNE_LLVM to the path of libLLVM.so.",
            error.Message);
    }

    [Fact]
    public void The_environment_names_the_only_candidate() => Assert.Equal(["/opt/libLLVM.so"], LlvmLibrary.CandidateNames("/opt/libLLVM.so"));

    [Fact]
    public void Version_19_is_tried_first() => Assert.Equal("libLLVM.so.19.1", LlvmLibrary.CandidateNames(null)[0]);

    [Fact]
    public void Text_that_is_no_module_is_refused_with_the_reason()
    {
        var error = Assert.Throws<InvalidOperationException>(() => ObjectCompiler.Compile("define void @f() { ret i32 0 }", TargetCatalog.Find("host", 1)));
        Assert.Contains("value doesn't match function result type 'void'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_symbol_that_is_not_there_is_named()
    {
        var code = ObjectCompiler.Compile("define void @f() { ret void }", TargetCatalog.Find("host", 1));
        using var session = new JitSession();
        Assert.NotEqual(0, session.Load(code, "f"));
        Assert.Contains("looking up g", Assert.Throws<InvalidOperationException>(() => session.Load(code, "g")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_of_another_architecture_gets_its_own_code()
    {
        var code = ObjectCompiler.Compile("define void @f() { ret void }", TargetCatalog.Find("aarch64", 1));
        // e_machine of an ELF file: EM_AARCH64
        Assert.Equal(183, code[18]);
    }
}
