# A package for Nix, of the sources around it: nix-build -E '(import <nixpkgs> { }).callPackage docs/packages/package.nix { }'
# docs/install.md tells what of it was tried.
{
  lib,
  rustPlatform,
  alsa-lib,
  cmake,
  installShellFiles,
  libaom,
  libvpx,
  pkg-config,
}:

let
  manifest = (lib.importTOML ../../Cargo.toml).package;
in
rustPlatform.buildRustPackage {
  pname = manifest.name;
  inherit (manifest) version;

  src = lib.cleanSource ../..;
  cargoLock.lockFile = ../../Cargo.lock;

  # Those of the package for Debian.
  buildFeatures = manifest.metadata.deb.features;

  nativeBuildInputs = [
    cmake
    installShellFiles
    pkg-config
    # libclang, which reads the headers of libvpx and libaom.
    rustPlatform.bindgenHook
  ];
  buildInputs = [
    alsa-lib
    libaom
    libvpx
  ];

  # The tests need browsers and more; script/test runs them.
  doCheck = false;

  postInstall = ''
    installManPage man/*.1
    installShellCompletion --cmd mediarec \
      --bash completions/mediarec.bash \
      --fish completions/mediarec.fish \
      --zsh completions/_mediarec
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    $out/bin/mediarec record --fake-devices --duration 1s -o first.webm
    $out/bin/mediarec check first.webm
    runHook postInstallCheck
  '';

  meta = {
    inherit (manifest) description;
    license = with lib.licenses; [
      mit
      asl20
    ];
    mainProgram = "mediarec";
    # Elsewhere it was never built by Nix, nor run.
    platforms = lib.platforms.linux;
  };
}
