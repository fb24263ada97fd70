using System.Globalization;
using CPrune.Compiler.Models;
using CPrune.Compiler.Targets;
using CPrune.Compiler.Tasks;
using CPrune.Graph.Building;

namespace CPrune.Compiler.Tests.Models;

/// <summary>What becomes of a model on two threads where there is no second core for it, without .NET around it.</summary>
public class ThreadPoolTests
{
    private const int Attempts = 3;

    private const string OneCore = """
        #define _GNU_SOURCE
        #include "model.h"
        #include <sched.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <time.h>

        enum { WINDOWS = 9 };

        static float in[MODEL_INPUT_COUNT], out[MODEL_OUTPUT_COUNT];

        static double now(void) {
            struct timespec t;
            clock_gettime(CLOCK_MONOTONIC, &t);
            return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
        }

        /* Seconds an image, over 40 ms. */
        static double window(model_handle *model) {
            double begin = now(), end;
            int runs = 0;
            do { model_run(model, in, out); runs++; end = now(); } while (end - begin < 0.04);
            return (end - begin) / runs;
        }

        static int order(const void *a, const void *b) {
            double x = *(const double *)a, y = *(const double *)b;
            return (x > y) - (x < y);
        }

        int main(void) {
            cpu_set_t allowed, one;
            double ratios[WINDOWS];
            int core = 0, i;
            sched_getaffinity(0, sizeof allowed, &allowed);
            while (!CPU_ISSET(core, &allowed)) core++;
            CPU_ZERO(&one);
            CPU_SET(core, &one);
            sched_setaffinity(0, sizeof one, &one);
            model_handle *alone = model_create(1), *together = model_create(2);
            if (!alone || !together || model_threads(together) != 2) return 1;
            for (i = 0; i < WINDOWS; i++) {
                double a = window(alone), b = window(together);
                ratios[i] = b / a;
            }
            qsort(ratios, WINDOWS, sizeof ratios[0], order);
            printf("%f\n", ratios[WINDOWS / 2]);
            model_destroy(alone);
            model_destroy(together);
            return 0;
        }
        """;

    /// <summary>
    /// The threads take turns on it. A worker that spins for work, or one that is waited for while it has no core, doubled the time; the best of a few attempts
    /// counts, because others use the machine as well.
    /// </summary>
    [Fact]
    public void Two_threads_on_one_core_take_hardly_longer_than_one()
    {
        CProgram.Require("gcc");
        var builder = new GraphBuilder("layers", 1);
        var layers = Enumerable.Range(0, 16).Aggregate(builder.Input(16, 32, 32), (x, _) => builder.Relu(builder.Conv(x, 16, Window.Same(3))));
        using var model = new CompiledModel(ModelPlan.Of(builder.Build(layers)), new ModelCompiler(TargetCatalog.Find("host", 2)), threads: 2);
        var program = CProgram.Build("program", OneCore, model);

        var best = Enumerable.Range(0, Attempts).Min(_ => double.Parse(CProgram.Run(program, "", "")[0], CultureInfo.InvariantCulture));

        Assert.InRange(best, 0, 1.25);
    }
}
