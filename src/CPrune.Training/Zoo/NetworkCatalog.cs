using CPrune.Graph;

namespace CPrune.Training.Zoo;

/// <summary>Networks by name, untrained: He-initialised, batch norm as nodes, open batch size.</summary>
public static class NetworkCatalog
{
    private delegate ModelGraph Definition(int classes, int channels, int size, int seed);

    private static readonly SortedDictionary<string, Definition> Networks = new(StringComparer.Ordinal)
    {
        ["quicknet"] = QuickNet.Build,
        ["resnet18"] = SmallImageResNet18.Build,
        ["resnet20"] = (classes, channels, size, seed) => CifarResNet.Build(20, classes, channels, size, seed),
        ["resnet56"] = (classes, channels, size, seed) => CifarResNet.Build(56, classes, channels, size, seed),
        ["vgg16bn"] = Vgg16.Build,
    };

    public static IReadOnlyList<string> Names => [.. Networks.Keys];

    /// <param name="name">Upper or lower case; dashes and underscores do not count: <c>ResNet-20</c> is <c>resnet20</c>.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Of the images.</param>
    /// <param name="size">Height and width of the images, at least 8.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Usage"/>: no such network, or images too small for it.</exception>
    public static ModelGraph Find(string name, int classes, int channels, int size, int seed = 1)
    {
        var plain = name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
        if (!Networks.TryGetValue(plain, out var build))
            throw new UserErrorException(UserErrorKind.Usage, $"there is no network '{name}'; known are {string.Join(", ", Names)}.");
        var smallest = plain == "vgg16bn" ? 32 : 8;
        if (size < smallest) throw new UserErrorException(UserErrorKind.Usage, $"{plain} needs images of at least {smallest}x{smallest}, these are {size}x{size}.");
        return build(classes, channels, size, seed);
    }
}
