using System.Diagnostics;

namespace CPrune.Compiler.Tests.Models;

/// <summary>Programs in C, without .NET around them.</summary>
internal static class CProgram
{
    /// <summary>Skips the test where a compiler is not installed.</summary>
    public static void Require(string compiler)
    {
        if (!File.Exists(Path.Combine("/usr/bin", compiler))) Assert.Skip($"needs {compiler} in /usr/bin");
    }

    /// <summary>Compiles a source text against a model in its folder and gives the program's path.</summary>
    public static string Build(string name, string source, CompiledModel model)
    {
        var folder = Path.GetDirectoryName(model.SharedObject)!;
        var file = Path.Combine(folder, $"{name}.c");
        File.WriteAllText(file, source);
        Run("gcc", $"-std=gnu99 -Wall -Wextra -Werror -Wno-unused-function {file} -I{folder} {model.SharedObject} -Wl,-rpath,{folder} -lpthread -o {folder}/{name}", "");
        return Path.Combine(folder, name);
    }

    /// <summary>The lines that a program writes; fails unless it ends well.</summary>
    public static string[] Run(string program, string arguments, string input)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program} {arguments} exited with {process.ExitCode}: {errors.Result}");
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }
}
