using CPrune.Compiler.Models;
using CPrune.Compiler.Schedules;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph;
using CPrune.Graph.Building;
using CPrune.Graph.Tests;

namespace CPrune.Compiler.Tests.Models;

public class ModelCompilerTests
{
    private static readonly Dictionary<string, Schedule> Untuned = [];

    [Fact]
    public void The_same_model_gives_the_same_bytes()
    {
        using var once = new CompiledModel(SmallGraphs.All["concat"]());
        using var again = new CompiledModel(SmallGraphs.All["concat"]());

        Assert.Equal(File.ReadAllBytes(once.SharedObject), File.ReadAllBytes(again.SharedObject));
        Assert.Equal(File.ReadAllText(once.Header), File.ReadAllText(again.Header));
    }

    [Fact]
    public void Equal_layers_share_code_and_equal_weights_share_memory()
    {
        var one = Info(1);
        var three = Info(3);

        Assert.Equal(one.Kernels, three.Kernels);
        Assert.Equal(one.WeightBytes, three.WeightBytes);

        static CompiledModelInfo Info(int layers)
        {
            using var model = new CompiledModel(SmallGraphs.Of(8, (b, x) =>
            {
                var weight = b.Constant("weight", b.Normal(0.1, 8, 8, 3, 3));
                return Enumerable.Range(0, layers).Aggregate(x, (y, _) => b.Relu(b.ConvShared(b.Relu(b.MaxPool(y, Window.Same(3))), weight, Window.Same(3))));
            }));
            return model.Info;
        }
    }

    [Fact]
    public void A_schedule_is_used_where_one_is_given_and_a_misfit_is_named()
    {
        using var untuned = new CompiledModel(SmallGraphs.All["residual"]());
        var task = untuned.Plan.Tasks[0];
        var target = TargetCatalog.Find("host", 1);
        var misfit = new Schedule([new Primitive.Reorder(["no", "such", "loops"])]);

        var error = Assert.Throws<ArgumentException>(() => new ModelCompiler(target).Compile(
            untuned.Plan, new Dictionary<string, Schedule> { [task.Key] = misfit }, untuned.SharedObject, null));

        Assert.StartsWith("the schedule 'order no such loops' does not fit its computation", error.Message);
    }

    [Fact]
    public void Kernels_are_kept_between_processes_where_a_folder_is_given()
    {
        var folder = Directory.CreateTempSubdirectory("cprune-test-");
        try
        {
            var target = TargetCatalog.Find("host", 1);
            var plan = ModelPlan.Of(SmallGraphs.All["residual"]());
            var cache = Path.Combine(folder.FullName, "cache");
            var (first, second) = (Path.Combine(folder.FullName, "a", "model.so"), Path.Combine(folder.FullName, "b", "model.so"));
            Directory.CreateDirectory(Path.GetDirectoryName(first)!);
            Directory.CreateDirectory(Path.GetDirectoryName(second)!);

            var info = new ModelCompiler(target, cache).Compile(plan, Untuned, first, null);
            var kept = Directory.GetFiles(cache).Order().ToList();
            var times = kept.ConvertAll(File.GetLastWriteTimeUtc);
            new ModelCompiler(target, cache).Compile(plan, Untuned, second, null);

            Assert.Equal(info.Kernels, kept.Count);
            Assert.Equal(kept, Directory.GetFiles(cache).Order());
            Assert.Equal(times, kept.ConvertAll(File.GetLastWriteTimeUtc));
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_library_that_cannot_be_written_leaves_nothing_behind()
    {
        var folder = Directory.CreateTempSubdirectory("cprune-test-");
        try
        {
            var plan = ModelPlan.Of(SmallGraphs.All["nothing but a relu"]());
            var compiler = new ModelCompiler(TargetCatalog.Find("host", 1));
            var path = Path.Combine(folder.FullName, "missing", "model.so");

            var error = Assert.Throws<UserErrorException>(() => compiler.Compile(plan, Untuned, path, null));

            Assert.Equal(UserErrorKind.Output, error.Kind);
            Assert.StartsWith($"cannot write '{path}'", error.Message);
            Assert.Empty(folder.GetFileSystemInfos());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Theory]
    [InlineData("resnet-56.so", "resnet_56_create")]
    [InlineData("libnet.so", "net_create")]
    [InlineData("20.so", "model_20_create")]
    public void C_functions_go_by_the_name_of_the_library(string file, string function)
    {
        using var any = new CompiledModel(SmallGraphs.All["nothing but a relu"]());
        var folder = Path.GetDirectoryName(any.SharedObject)!;
        new ModelCompiler(TargetCatalog.Find("host", 1)).Compile(any.Plan, Untuned, Path.Combine(folder, file), Path.Combine(folder, "any.h"));

        Assert.Contains($" *{function}(int threads);", File.ReadAllText(Path.Combine(folder, "any.h")));
        Assert.True(System.Runtime.InteropServices.NativeLibrary.TryGetExport(
            System.Runtime.InteropServices.NativeLibrary.Load(Path.Combine(folder, file)), function, out _));
    }
}
