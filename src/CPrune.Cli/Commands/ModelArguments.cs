using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using CPrune.Cli.Output;

namespace CPrune.Cli.Commands;

/// <summary>The model that a command works on, and what is given of its input that the file leaves open.</summary>
internal sealed class ModelArguments
{
    private readonly Argument<string> _model = new("MODEL") { Description = "ONNX file of an image classifier." };

    private readonly Option<InputShape?> _inputShape = new("--input-shape")
    {
        Description = "Extents of the input if the file leaves height or width open, for example 1,3,224,224.",
        HelpName = "[NAME=]N,C,H,W",
        CustomParser = result =>
        {
            var text = result.Tokens.Count > 0 ? result.Tokens[0].Value : "";
            var parts = text[(text.IndexOf('=') + 1)..].Split(',', StringSplitOptions.TrimEntries)
                .Select(p => int.TryParse(p, NumberStyles.None, CultureInfo.InvariantCulture, out var extent) && extent > 0 ? extent : (int?)null).ToArray();
            if (parts.All(p => p is not null))
                return new InputShape(text.Contains('=') ? text[..text.IndexOf('=')] : null, [.. parts.Select(p => p!.Value)]);
            result.AddError($"--input-shape '{text}' is not a list of extents: write for example 1,3,224,224");
            return null;
        },
    };

    private readonly Option<int?> _batch = new("--batch")
    {
        Description = "1: make a model that was exported for batches of one size one of single images.",
        HelpName = "1",
        CustomParser = result =>
        {
            if (result.Tokens is [{ Value: "1" }]) return 1;
            result.AddError("--batch can only be 1: a model is tuned and measured for single images");
            return null;
        },
    };

    public void AddTo(Command command)
    {
        command.Arguments.Add(_model);
        command.Options.Add(_inputShape);
        command.Options.Add(_batch);
    }

    /// <summary>Reads the model, and tells what was changed in it.</summary>
    /// <exception cref="Graph.UserErrorException">From <see cref="ModelFile.Read"/>.</exception>
    public ModelFile Read(ParseResult result, IOutput output)
    {
        var model = ModelFile.Read(result.GetRequiredValue(_model), result.GetValue(_inputShape), result.GetValue(_batch) == 1);
        foreach (var note in model.Notes)
        {
            output.Line($"Note: {note}.", Tone.Faint);
            output.Event("model-note", new { Note = note });
        }

        return model;
    }

    /// <summary>What was given, by name, for a run's identity.</summary>
    public IEnumerable<KeyValuePair<string, string>> Given(ParseResult result)
    {
        if (result.GetValue(_inputShape) is { } shape) yield return new("input-shape", string.Join(',', shape.Extents));
        if (result.GetValue(_batch) is { } batch) yield return new("batch", $"{batch}");
    }
}

/// <summary>Extents that a user gives.</summary>
/// <param name="Name">Of the input; null if it was not given.</param>
/// <param name="Extents">One for each axis.</param>
internal sealed record InputShape(string? Name, ImmutableArray<int> Extents);
