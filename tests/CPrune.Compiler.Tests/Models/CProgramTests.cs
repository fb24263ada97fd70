using System.Globalization;
using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Models;

/// <summary>What an application in C or C++ does with a library and its header.</summary>
public class CProgramTests
{
    private const string Program = """
        #include "model.h"
        #include <stdio.h>

        int main(void) {
            int64_t extents[4];
            static float in[MODEL_INPUT_COUNT], out[MODEL_OUTPUT_COUNT];
            int rank = model_input_shape(extents), i;
            model_handle *model = model_create(2);
            if (!model || model_threads(model) != 2 || rank != 4 || model_output_shape(extents) != 2 || model_kernel_count() < 1) return 1;
            for (i = 0; i < MODEL_INPUT_COUNT; i++)
                if (scanf("%f", &in[i]) != 1) return 2;
            model_run(model, in, out);
            for (i = 0; i < MODEL_OUTPUT_COUNT; i++) printf("%.9g\n", (double)out[i]);
            model_destroy(model);
            return 0;
        }
        """;

    [Theory]
    [InlineData("gcc", "-std=c99")]
    [InlineData("clang", "-std=c99")]
    [InlineData("g++", "-std=c++11")]
    public void A_program_runs_the_model_through_its_header(string compiler, string standard)
    {
        CProgram.Require(compiler);
        var graph = SmallGraphs.All["flatten to dense"]();
        using var model = new CompiledModel(graph);
        var folder = Path.GetDirectoryName(model.SharedObject)!;
        var source = Path.Combine(folder, compiler == "g++" ? "program.cpp" : "program.c");
        File.WriteAllText(source, Program);
        CProgram.Run(compiler, $"{standard} -Wall -Wextra -pedantic -Werror {source} -I{folder} {model.SharedObject} -Wl,-rpath,{folder} -o {folder}/program", "");
        var input = Referee.Data(3, [.. model.Native.InputShape]);

        var lines = CProgram.Run($"{folder}/program", "", string.Join('\n', input.Floats.ToArray().Select(v => v.ToString("R", CultureInfo.InvariantCulture))));

        Assert.Equal(model.Run(input).Floats.ToArray(), lines.Select(l => float.Parse(l, CultureInfo.InvariantCulture)));
        Assert.Equal(ReferenceEvaluator.Run(graph, input).Count, lines.Length);
    }

    /// <summary>Both bring the functions <c>cprune_model_…</c> along: each must use its own.</summary>
    [Fact]
    public void Two_models_in_one_program_do_not_get_in_each_others_way()
    {
        CProgram.Require("gcc");
        using var any = new CompiledModel(SmallGraphs.All["softmax"]());
        var folder = Path.GetDirectoryName(any.SharedObject)!;
        var compiler = new ModelCompiler(TargetCatalog.Find("host", 1));
        foreach (var (name, outputs) in new[] { ("one", 3), ("two", 5) })
            compiler.Compile(
                ModelPlan.Of(SmallGraphs.Of(4, (b, x) => b.Dense(b.Flatten(x), outputs))), new Dictionary<string, Schedule>(),
                Path.Combine(folder, $"{name}.so"), Path.Combine(folder, $"{name}.h"));
        File.WriteAllText(Path.Combine(folder, "both.c"), """
            #include "one.h"
            #include "two.h"
            #include <stdio.h>
            int main(void) {
                int64_t extents[4];
                one_output_shape(extents); printf("%d\n", (int)extents[1]);
                two_output_shape(extents); printf("%d\n", (int)extents[1]);
                return 0;
            }
            """);
        CProgram.Run("gcc", $"{folder}/both.c -I{folder} {folder}/one.so {folder}/two.so -Wl,-rpath,{folder} -o {folder}/both", "");

        Assert.Equal(["3", "5"], CProgram.Run($"{folder}/both", "", ""));
    }
}
