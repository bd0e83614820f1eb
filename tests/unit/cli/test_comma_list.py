from qdit4sr_core.cli.comma_list import comma_list


def test_blanks_and_empty_names_do_not_count() -> None:
    assert comma_list(" psnr, ssim ,,stlpips,") == ("psnr", "ssim", "stlpips")
    assert comma_list(" , ") == ()
