using CPrune.Graph;

namespace CPrune.Training.Zoo;

/// <summary>Networks by name, untrained: He-initialised, batch norm as nodes, open batch size.</summary>
public static class NetworkCatalog
{
    private delegate ModelGraph Definition(int classes, int channels, int size, int seed);

    /// <summary>Networks with the smallest image of which something is left for their last convolution.</summary>
    private static readonly SortedDictionary<string, (Definition Build, int SmallestImage)> Networks = new(StringComparer.Ordinal)
    {
        ["mnasnet"] = (MnasNet.Build, 32),
        ["mobilenetv1"] = ((classes, channels, size, seed) => MobileNetV1.Build(1.0, classes, channels, size, seed), 32),
        ["mobilenetv1-0.25"] = ((classes, channels, size, seed) => MobileNetV1.Build(0.25, classes, channels, size, seed), 32),
        ["mobilenetv2"] = (MobileNetV2.Build, 32),
        ["quicknet"] = (QuickNet.Build, 8),
        ["resnet18"] = (ResNet18.Build, 8),
        ["resnet20"] = ((classes, channels, size, seed) => CifarResNet.Build(20, classes, channels, size, seed), 8),
        ["resnet56"] = ((classes, channels, size, seed) => CifarResNet.Build(56, classes, channels, size, seed), 8),
        ["shufflenetv2"] = (ShuffleNetV2.Build, 32),
        ["squeezenet"] = (SqueezeNet.Build, 32),
        ["vgg16bn"] = (Vgg16.Build, 32),
    };

    public static IReadOnlyList<string> Names => [.. Networks.Keys];

    /// <param name="name">Upper or lower case; dashes and underscores do not count: <c>ResNet-20</c> is <c>resnet20</c>.</param>
    /// <param name="classes">Outputs.</param>
    /// <param name="channels">Of the images.</param>
    /// <param name="size">Height and width of the images, at least 8; some networks want more.</param>
    /// <param name="seed">Of the weights.</param>
    /// <exception cref="UserErrorException">Kind <see cref="UserErrorKind.Usage"/>: no such network, or images too small for it.</exception>
    public static ModelGraph Find(string name, int classes, int channels, int size, int seed = 1)
    {
        var known = Names.FirstOrDefault(n => Plain(n) == Plain(name))
            ?? throw new UserErrorException(UserErrorKind.Usage, $"there is no network '{name}'; known are {string.Join(", ", Names)}.");
        var (build, smallest) = Networks[known];
        if (size < smallest) throw new UserErrorException(UserErrorKind.Usage, $"{known} needs images of at least {smallest}x{smallest}, these are {size}x{size}.");
        return build(classes, channels, size, seed);
    }

    private static string Plain(string name) => name.ToLowerInvariant().Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);
}
