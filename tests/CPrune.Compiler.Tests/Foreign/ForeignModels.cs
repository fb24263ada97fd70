using System.Globalization;
using System.Text;
using CPrune.Compiler.Models;
using CPrune.Compiler.Tasks;
using CPrune.Compiler.Tests.Models;
using CPrune.Graph;
using CPrune.Graph.Operators;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Foreign;

/// <summary>A model to try on a number of threads.</summary>
/// <param name="Seed">Of its input.</param>
internal sealed record ModelTrial(string Name, ModelGraph Graph, ModelPlan Plan, int Threads, int Seed)
{
    public ModelTrial(string name, ModelGraph graph, int threads, int seed) : this(name, graph, ModelPlan.Of(graph), threads, seed)
    {
    }
}

/// <summary>Many models in one emulated program, each in its library as <see cref="ModelCompiler"/> makes it, against the reference evaluator.</summary>
internal static class ForeignModels
{
    /// <summary>Alone, then on all threads: first they are asleep or not yet begun, then they wait.</summary>
    private const int Runs = SharedSchedules.FirstImage + 3;

    public static void Agree(ModelCompiler compiler, IReadOnlyList<ModelTrial> trials)
    {
        var folder = Directory.CreateTempSubdirectory("cprune-foreign-");
        try
        {
            Agree(compiler, trials, [.. trials.Select((_, i) => Path.Combine(folder.FullName, $"m{i}.so"))]);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static void Agree(ModelCompiler compiler, IReadOnlyList<ModelTrial> trials, IReadOnlyList<string> libraries)
    {
        var image = new MemoryImage();
        var (body, declarations) = (new StringBuilder("define void @body(ptr %image) {\n"), new StringBuilder());
        var (inputs, expected, outputs) = (new List<Tensor>(), new List<Tensor>(), new List<int[]>());
        for (var i = 0; i < trials.Count; i++)
        {
            var plan = trials[i].Plan;
            compiler.Compile(plan, SharedSchedules.Of(plan, compiler.Target), libraries[i], null);
            inputs.Add(Referee.Data(trials[i].Seed, [.. plan.Interface.InputShape]));
            expected.Add(ReferenceEvaluator.Run(trials[i].Graph, inputs[i]));
            outputs.Add([.. Enumerable.Range(0, Runs).Select(_ => image.Add(expected[i].Count))]);
            Use(i, trials[i].Threads, image.Add(inputs[i].Floats), outputs[i]);
        }

        body.Append("  ret void\n}\n");
        var bytes = image.ToBytes();
        var ended = Emulator.Run(compiler.Target, $"{body}{declarations}", [], libraries, bytes);
        Assert.True(ended is null, $"{ended} in {trials[BitConverter.ToInt32(bytes)].Name}");
        for (var i = 0; i < trials.Count; i++)
            foreach (var output in outputs[i])
                AssertClose(trials[i], expected[i], Tensor.Of(MemoryImage.Read(bytes, output, expected[i].Count), expected[i].Shape));

        void Use(int number, int threads, int input, int[] results)
        {
            // Tells which one was running when the program came to a bad end.
            Line($"store volatile i32 {number}, ptr %image");
            Line($"%model{number} = call ptr @m{number}_create(i32 {threads})");
            Line($"%in{number} = getelementptr i8, ptr %image, i64 {input}");
            for (var run = 0; run < results.Length; run++)
            {
                Line($"%out{number}.{run} = getelementptr i8, ptr %image, i64 {results[run]}");
                Line($"call void @m{number}_run(ptr %model{number}, ptr %in{number}, ptr %out{number}.{run})");
            }

            Line($"call void @m{number}_destroy(ptr %model{number})");
            declarations.Append(CultureInfo.InvariantCulture, $"declare ptr @m{number}_create(i32)\ndeclare void @m{number}_run(ptr, ptr, ptr)\ndeclare void @m{number}_destroy(ptr)\n");
        }

        void Line(string instruction) => body.Append(CultureInfo.InvariantCulture, $"  {instruction}\n");
    }

    private static void AssertClose(ModelTrial trial, Tensor expected, Tensor actual)
    {
        try
        {
            Referee.AssertClose(expected, actual, 1e-4);
        }
        catch (Xunit.Sdk.XunitException failure)
        {
            throw new InvalidOperationException($"{trial.Name}, seed {trial.Seed}, {trial.Threads} threads: {failure.Message}", failure);
        }
    }
}
