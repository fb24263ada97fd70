using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using CPrune.Graph;
using CPrune.Training.Data;

namespace CPrune.Cli.Options;

/// <summary>The options that say which labelled images are used and how they are prepared.</summary>
internal sealed class DataArguments
{
    private readonly Option<string> _data = new("--data")
    {
        Description = "Labelled images: a CIFAR-10/100 binary folder, an MNIST-style IDX folder, a folder or .zip of class folders, or 'builtin'.",
        HelpName = "DATA",
        Required = true,
    };

    private readonly Option<string?> _selection = new("--selection")
    {
        Description = "Labelled images to judge candidates on, of any kind that --data takes: the test part if there are two. "
            + "Default: two fifths of the test images.",
        HelpName = "DATA",
    };

    private readonly Option<ImmutableArray<float>?> _mean = Channels("--mean", "Mean per channel after scaling to 0…1, for example 0.485,0.456,0.406. Default: by kind of data.");
    private readonly Option<ImmutableArray<float>?> _std = Channels("--std", "Standard deviation per channel, for example 0.229,0.224,0.225. Default: by kind of data.");
    private readonly Option<int?> _pad = new("--pad")
    {
        Description = "Pixels of zero padding before the random crop in training. Default: by kind of data.",
        HelpName = "N",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value <= 512) return value;
            result.AddError($"--pad '{text}' is not a whole number from 0 to 512");
            return null;
        },
    };

    private readonly Option<bool> _noMirror = new("--no-mirror") { Description = "Do not mirror training images." };

    public void AddTo(Command command, DataUse use)
    {
        command.Options.Add(_data);
        if (use == DataUse.Pruning) command.Options.Add(_selection);
        command.Options.Add(_mean);
        command.Options.Add(_std);
        if (use == DataUse.Evaluation) return;
        command.Options.Add(_pad);
        command.Options.Add(_noMirror);
    }

    public string Spec(ParseResult result) => result.GetRequiredValue(_data);

    /// <summary>Opens data to prune on, in the size that a model wants.</summary>
    /// <exception cref="UserErrorException">Kind Usage: --mean without --std. Kind Data: from <see cref="DataCatalog.Open"/>.</exception>
    public DataSplits Open(ParseResult result, ModelGraph model, int seed, CancellationToken cancellation)
    {
        var splits = DataCatalog.Open(OptionsOf(result, model, seed), cancellation);
        return splits with { Augmentation = AugmentationOf(result, splits.Augmentation) };
    }

    /// <summary>Opens data to train on, in the size that a model wants, or in its own if none asks.</summary>
    /// <exception cref="UserErrorException">Kind Usage: --mean without --std. Kind Data: <see cref="DataCatalog.OpenParts"/>.</exception>
    public DataParts OpenParts(ParseResult result, ModelGraph? model, CancellationToken cancellation)
    {
        var parts = DataCatalog.OpenParts(OptionsOf(result, model, seed: 0), cancellation);
        return parts with { Augmentation = AugmentationOf(result, parts.Augmentation) };
    }

    /// <summary>Opens images to evaluate on, in the size that a model wants.</summary>
    /// <exception cref="UserErrorException">Kind Usage: --mean without --std. Kind Data: <see cref="DataCatalog.OpenTest"/>.</exception>
    public TestImages OpenTest(ParseResult result, ModelGraph model, CancellationToken cancellation) =>
        DataCatalog.OpenTest(OptionsOf(result, model, seed: 0), cancellation);

    /// <summary>What was given, by name, for the run's identity.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        if (result.GetValue(_selection) is { } selection) yield return new("selection", selection);
        if (result.GetValue(_mean) is { } mean) yield return new("mean", Text(mean));
        if (result.GetValue(_std) is { } std) yield return new("std", Text(std));
        if (result.GetValue(_pad) is { } pad) yield return new("pad", $"{pad}");
        if (result.GetValue(_noMirror)) yield return new("no-mirror", "true");
    }

    private DataOptions OptionsOf(ParseResult result, ModelGraph? model, int seed)
    {
        var (channels, height, width) = model is null ? (null, null, null) : ImageExtents(model);
        return new(Spec(result), height, width, channels, Normalization(result), null, result.GetValue(_selection), seed);
    }

    private Augmentation AugmentationOf(ParseResult result, Augmentation byKind) =>
        new(result.GetValue(_pad) ?? byKind.PadPixels, byKind.Mirror && !result.GetValue(_noMirror));

    private Normalization? Normalization(ParseResult result) => (result.GetValue(_mean), result.GetValue(_std)) switch
    {
        (null, null) => null,
        ({ } mean, { } std) when mean.Length == std.Length => new Normalization(mean, std),
        ({ } mean, { } std) => throw new UserErrorException(UserErrorKind.Usage, $"--mean has {mean.Length} values and --std has {std.Length}: give one per channel to both"),
        _ => throw new UserErrorException(UserErrorKind.Usage, "--mean and --std go together: give both or none"),
    };

    private static (int? Channels, int? Height, int? Width) ImageExtents(ModelGraph model)
    {
        var shape = model.Input.Shape;
        return shape.Length == 4
            ? (shape[1].Value, shape[2].Value, shape[3].Value)
            : throw new UserErrorException(
                UserErrorKind.Model, $"the model's input '{model.Input.Name}' has {shape.Length} dimensions; images need 4 (batch, channels, height, width)");
    }

    private static Option<ImmutableArray<float>?> Channels(string name, string description) =>
        new(name)
        {
            Description = description,
            HelpName = "A,B,C",
            CustomParser = result =>
            {
                var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
                var values = new List<float>();
                foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
                {
                    if (float.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && float.IsFinite(value) && (value > 0 || name == "--mean"))
                    {
                        values.Add(value);
                        continue;
                    }

                    result.AddError($"{name} '{text}' is not a list of numbers, one per channel: write for example 0.485,0.456,0.406");
                    return null;
                }

                return [.. values];
            },
        };

    private static string Text(ImmutableArray<float> values) => string.Join(',', values.Select(v => v.ToString(CultureInfo.InvariantCulture)));
}
